"""A student in a real browser: comes by a link, types, checks, drops a notebook, and sees what came of it."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from autograder.reports.words import WORDS
from tests.chromium import fits
from tests.service.browser.conftest import Visit
from tests.service.browser.course import Running, notebook

DROP = """(place, [name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const dropped = new DataTransfer();
  dropped.items.add(new File([bytes], name, { type: "application/x-ipynb+json" }));
  for (const kind of ["dragenter", "dragover", "drop"])
    place.dispatchEvent(new DragEvent(kind, { dataTransfer: dropped, bubbles: true, cancelable: true }));
}"""
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}\u202e$\\href{javascript:alert(3)}{x}$'


def drop(place: Locator, name: str, content: bytes) -> None:
    """Let go of a file over a part of the page."""
    place.evaluate(DROP, [name, base64.b64encode(content).decode()])


def hand_in(page: Page) -> str:
    """Press the button and wait until it is graded; returns the result's address."""
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator(".total")).to_contain_text("of 8")
    return page.url


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_from_the_link_to_the_result(
    visit: Visit, running: Running, width: int, scheme: str
) -> None:
    name = running.student()
    page = visit(name, width=width, scheme=scheme)
    expect(page.locator("header")).to_contain_text(name)
    page.get_by_role("link", name="A sample").click()
    question = page.locator("#width")
    expect(question.locator(".prose .katex").first).to_be_visible()
    reading = question.locator(".reading")
    question.get_by_role("textbox").fill("W - K")
    expect(reading).to_contain_text("Read as")
    expect(reading.locator(".katex").first).to_be_visible()
    expect(page.locator("[data-saved]")).to_contain_text("kept")
    expect(reading).not_to_contain_text(WORDS["partial"])  # it tells nothing before it is asked
    question.get_by_role("button", name="Check this answer").click()
    expect(question).to_contain_text("One place more")
    expect(question).to_contain_text(WORDS["partial"])
    question.get_by_role("textbox").fill("W + K")
    question.get_by_role("button", name="Check this answer").click()
    expect(question).to_contain_text(re.compile(r"W\W+1|your (value|answer gives)"))
    expect(question).to_contain_text("Try W = 3 and K = 2")
    question.get_by_role("textbox").fill("W - K + 1")
    expect(reading.locator(".katex-html").first).to_contain_text("W−K+1")
    page.get_by_label("smaller").check()
    drop(page.locator(".drop"), "work.ipynb", notebook())
    assert fits(page)
    hand_in(page)
    expect(page.locator(".total")).to_contain_text("5 of 8 points")
    for answered in ("width", "pick", "area"):
        expect(page.locator(f"#{answered}")).to_contain_text(WORDS["correct"])
    expect(page.locator("#why")).to_contain_text(WORDS["unanswered"])
    assert fits(page)


def test_one_comes_back_on_another_device(visit: Visit, running: Running) -> None:
    name = running.student()
    page = visit(name)
    page.goto(f"{running.url}/exercises/sample")
    page.locator("#width").get_by_role("textbox").fill("W - K")
    first = hand_in(page)
    page.goto(f"{running.url}/exercises/sample")
    page.locator("#width").get_by_role("textbox").fill("W - K + 1")
    expect(page.locator("[data-saved]")).to_contain_text("kept")
    second = hand_in(page)
    phone = visit(name, width=390)
    phone.goto(f"{running.url}/exercises/sample")
    expect(phone.locator("#width").get_by_role("textbox")).to_have_value("W - K + 1")
    earlier = {link.get_attribute("href") for link in phone.locator("main a").all()}
    assert {first.removeprefix(running.url), second.removeprefix(running.url)} <= earlier
    phone.goto(first)
    expect(phone.locator(".total")).to_contain_text("1 of 8 points")


def test_a_link_opens_once_and_says_so(visit: Visit, running: Running) -> None:
    page = visit(running.student())
    link = running.link("Instructor")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Instructor")
    page.reload()  # looking at it uses nothing up
    page.get_by_role("button", name="Come in").click()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not open")


def test_it_all_works_without_scripts(visit: Visit, running: Running) -> None:
    page = visit(running.student(), script=False)
    page.get_by_role("link", name="A sample").click()
    expect(page.locator("#width")).to_contain_text("in terms of W and K?")
    page.locator("#width").get_by_role("textbox").fill("W - K")
    page.get_by_label("smaller").check()
    work = {"name": "work.ipynb", "mimeType": "application/json", "buffer": notebook()}
    page.locator("input[type=file][name=files]").first.set_input_files(work)  # type: ignore[arg-type]
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("main")).to_contain_text("Your submission is stored")
    expect(page.locator(".total")).to_contain_text("4 of 8 points")  # it loads itself again
    expect(page.locator("#width")).to_contain_text("One place more")
    expect(page.locator("#area")).to_contain_text(WORDS["correct"])


def test_nothing_handed_in_is_said_and_loses_nothing(visit: Visit, running: Running) -> None:
    page = visit(running.student(), script=False)
    page.goto(f"{running.url}/exercises/sample")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alert")).to_contain_text("there is nothing to hand in")


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_what_is_typed_is_text(visit: Visit, running: Running, script: bool) -> None:
    page = visit(running.student(), script=script)
    page.goto(f"{running.url}/exercises/sample")
    page.locator("#why").get_by_role("textbox").fill(HOSTILE)
    page.locator("#width").get_by_role("textbox").fill(HOSTILE)
    if script:
        expect(page.locator("#width .reading")).to_contain_text("could not be read")
    for place in (hand_in(page), f"{running.url}/exercises/sample"):
        page.goto(place)
        assert page.locator("main img, main script").count() == 0
    staff = visit("Instructor", script=script)
    address = place_of(page, running)
    for path in (f"/staff{address}", "/staff/exercises/sample", "/staff/exercises/sample/wrong"):
        staff.goto(running.url + path)
        assert staff.locator("main img, main script").count() == 0
        assert fits(staff)


def place_of(page: Page, running: Running) -> str:
    """The address of the newest submission that an exercise's page links to."""
    link = page.locator("main a[href^='/submissions/']").first.get_attribute("href")
    assert link is not None
    return link
