"""A page in a real browser: phone and desktop, light and dark, keyboard, paper, without a network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from autograder.reports.book import Book
from autograder.reports.page import class_page, palette, student_page
from tests.accessible import unreadable
from tests.chromium import Chromium, fits
from tests.reports.page.samples import pair


@pytest.fixture
def files(book: Book, tmp_path: Path) -> dict[str, Path]:
    student = next(entry for entry in book.entries if entry.id == "late")
    similar = [pair("submission_270000", f"submission_27000{n}", 1e-9) for n in (1, 2)]
    written = {
        "class": class_page(book, {"late": 2.0}, similar),
        "student": student_page(book, student),
    }
    paths = {name: tmp_path / f"{name}.html" for name in written}
    for name, html in written.items():
        paths[name].write_text(html, encoding="utf-8")
    return paths


def colour(page: Page, selector: str, name: str) -> str:
    found = page.locator(selector).evaluate(f"one => getComputedStyle(one).{name}")
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", found)[:3])


@pytest.mark.parametrize("name", ["class", "student"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_it_fits_and_asks_for_nothing(
    chromium: Chromium, files: dict[str, Path], name: str, width: int
) -> None:
    address = files[name].as_uri()
    with chromium.page(address, width=width) as page:
        page.goto(address)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert fits(page)


@pytest.mark.parametrize(("scheme", "colours"), [("light", palette.LIGHT), ("dark", palette.DARK)])
def test_it_follows_the_system_and_its_switch(
    chromium: Chromium, files: dict[str, Path], scheme: str, colours: dict[str, str]
) -> None:
    other = palette.LIGHT if scheme == "dark" else palette.DARK
    with chromium.page(scheme=scheme) as page:
        page.goto(files["class"].as_uri())
        assert colour(page, "body", "backgroundColor") == colours["paper"]
        assert colour(page, "body", "color") == colours["ink"]
        page.locator("#theme").click()
        assert colour(page, "body", "backgroundColor") == other["paper"]
        page.emulate_media(media="print")
        assert colour(page, "body", "backgroundColor") == palette.LIGHT["paper"]
        for hidden in ("nav", "#theme", ".who"):
            expect(page.locator(hidden).first).to_be_hidden()


def test_submissions_are_sorted_and_filtered(chromium: Chromium, files: dict[str, Path]) -> None:
    with chromium.page() as page:
        page.goto(files["class"].as_uri())
        shown = page.locator("#all tbody tr:visible")
        names = [row.split()[0] for row in shown.all_inner_texts()]
        assert names == sorted(names) and len(names) == 7
        points = page.locator("#all thead th").nth(3)
        points.get_by_role("button").dblclick()
        expect(shown.first).to_contain_text("all-right")
        expect(points).to_have_attribute("aria-sort", "descending")
        page.locator(".tools input").fill("failed grader")
        expect(shown).to_have_count(2)
        assert {row.split()[0] for row in shown.all_inner_texts()} == {"broken", "failed"}
        expect(page.locator(".tools output")).to_have_text("2 of 7")


def test_the_keyboard_reaches_everything(chromium: Chromium, files: dict[str, Path]) -> None:
    with chromium.page() as page:
        page.goto(files["student"].as_uri())
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")
        reached = set()
        for _ in range(page.locator("a, button, summary").count() + 4):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.id"))
        assert "theme" in reached


@pytest.mark.parametrize("name", ["class", "student"])
def test_it_is_whole_without_javascript(
    chromium: Chromium, files: dict[str, Path], name: str
) -> None:
    texts = []
    for script in (False, True):
        with chromium.page(script=script) as page:
            page.goto(files[name].as_uri())
            texts.append(" ".join((page.locator("main").text_content() or "").split()))
            if not script:
                expect(page.locator("button, input")).to_have_count(0)
    assert texts[0] == texts[1]


@pytest.mark.parametrize("name", ["class", "student"])
def test_what_a_screen_reader_needs_is_there(
    chromium: Chromium, files: dict[str, Path], name: str
) -> None:
    with chromium.page() as page:
        page.goto(files[name].as_uri())
        assert not (wrong := unreadable(page)), "\n".join(wrong)
        assert all(
            (one.get_attribute("aria-label") or "").strip() for one in page.locator("svg").all()
        )


def visited(page: Page, path: Path) -> list[str]:
    page.goto(path.as_uri())
    return unreadable(page)


def test_a_test_would_notice_what_goes_wrong(chromium: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text(
        "<h1>1</h1><h3>3</h3><a href='#no'></a><b id=two></b><b id=two></b><input><p style='width:900px'>"
        "<img src=nothing.png><script>console.error('no'); throw Error('thrown')</script>"
    )
    found = []
    with pytest.raises(AssertionError) as noticed, chromium.page(width=360) as page:
        found += [*visited(page, path), "" if fits(page) else "too wide"]
    said = " ".join(found)
    for wrong in ("language", "h3", "#no", "two", "link without", "textbox without", "wide"):
        assert wrong in said
    for wrong in ("nothing.png", "error: no", "thrown"):
        assert wrong in str(noticed.value)


def test_a_test_would_notice_a_request_to_elsewhere(chromium: Chromium, tmp_path: Path) -> None:
    pages = [tmp_path / name for name in ("here.html", "there.html")]
    for path in pages:
        path.write_text("<p>")
    with (
        pytest.raises(AssertionError, match=r"there\.html"),
        chromium.page(pages[0].as_uri()) as page,
    ):
        page.goto(pages[1].as_uri())
