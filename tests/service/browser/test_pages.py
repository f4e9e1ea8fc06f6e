"""Every page of the service, as the application lists them: it fits a phone, and nobody is left out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.accessible import unreadable
from tests.chromium import Chromium, fits, is_page
from tests.service.browser.conftest import Visit
from tests.service.browser.course import Running, notebook
from tests.service.test_addresses import addresses, filled

LOOKS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture(scope="module")
def handed_in(chromium: Chromium, running: Running) -> str:
    """A submission with an answer of every sort; its author is called Ada."""
    with chromium.page(running.url) as page:
        page.goto(running.link(running.student("Ada")))
        page.get_by_role("button", name="Come in").click()
        page.goto(f"{running.url}/exercises/sample")
        page.locator("#width").get_by_role("textbox").fill("W + K")
        page.locator("#why").get_by_role("textbox").fill("Because it does. " * 20)
        work = {
            "name": "work.ipynb",
            "mimeType": "",
            "buffer": notebook("def area(n):\n    return n"),
        }
        page.locator("input[type=file][name=files]").first.set_input_files(work)  # type: ignore[arg-type]
        page.get_by_role("button", name="Hand in").click()
        expect(page.locator(".total")).to_contain_text("of 8")
        return page.url.rpartition("/")[2]


def problems(page: Page, url: str, paths: list[str]) -> list[str]:
    """What is wrong with those of the addresses that are pages."""
    found = []
    for path in paths:
        if not is_page(page, url + path):
            continue
        page.goto(url + path)
        page.wait_for_load_state("networkidle")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        wrong = unreadable(page)
        found += [f"{path}: {one}" for one in (*wrong, *([] if fits(page) else ["too wide"]))]
    return found


def paths_of(submission: str, *whose: str) -> list[str]:
    return [filled(path, submission) for method, path in addresses(*whose) if method == "GET"]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("name", ["Ada", "Instructor"])
def test_everybody_can_use_it(
    visit: Visit, running: Running, handed_in: str, name: str, width: int, scheme: str
) -> None:
    whose = ("instructor",) if name == "Instructor" else ("owner", "visitor")
    paths = [path for path in paths_of(handed_in, *whose) if not path.endswith("/events")]
    page = visit(name, width=width, scheme=scheme)
    assert len(paths) >= 3
    assert not (wrong := problems(page, running.url, paths)), "\n".join(wrong)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_doors_are_open_to_everybody(
    chromium: Chromium, running: Running, width: int, scheme: str
) -> None:
    link = running.link("Instructor").removeprefix(running.url)
    paths = [link, *paths_of("", "anybody"), "/", "/nowhere"]
    with chromium.page(running.url, width=width, scheme=scheme) as page:
        assert not (wrong := problems(page, running.url, paths)), "\n".join(wrong)


def test_paper_holds_what_is_read_and_nothing_to_press(
    visit: Visit, running: Running, handed_in: str
) -> None:
    page = visit("Ada", scheme="dark")
    page.goto(f"{running.url}/submissions/{handed_in}")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("header")).to_be_hidden()
    expect(page.locator(".total")).to_be_visible()
    assert not page.get_by_role("button").filter(visible=True).count()
    assert page.locator("html").evaluate("one => getComputedStyle(one).backgroundColor") == (
        "rgb(253, 253, 251)"  # the palette's light paper, whatever the screen has
    )


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/staff", "Class"),
        ("/staff/exercises/sample/grade", "Class"),
        ("/staff/people", "Students"),
        ("/exercises/sample", "Exercises"),
        ("/password", "Password"),
    ],
)
def test_the_navigation_says_where_one_is(
    instructor: Page, running: Running, path: str, place: str
) -> None:
    instructor.goto(running.url + path)
    here = instructor.get_by_role("navigation", name="Pages").locator("[aria-current]")
    expect(here).to_have_text(place)
