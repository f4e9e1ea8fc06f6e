"""A page in a real browser: phone and desktop, light and dark, keyboard, paper, without a network."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from autograder.reports.book import Book
from autograder.reports.page import class_page, palette, student_page
from tests.reports.page.browser import Browser, Page
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
    found = page.value(f"getComputedStyle(document.querySelector('{selector}')).{name}")
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", found)[:3])


@pytest.mark.parametrize("name", ["class", "student"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_it_fits_and_asks_for_nothing(
    chromium: Browser, files: dict[str, Path], name: str, width: int
) -> None:
    with chromium.page() as page:
        page.size(width)
        page.open(files[name])
        page.value("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.value("document.documentElement.scrollWidth") <= width
        assert page.complaints == []
        assert page.requests == [files[name].as_uri()]


@pytest.mark.parametrize(("scheme", "colours"), [("light", palette.LIGHT), ("dark", palette.DARK)])
def test_it_follows_the_system_and_its_switch(
    chromium: Browser, files: dict[str, Path], scheme: str, colours: dict[str, str]
) -> None:
    other = palette.LIGHT if scheme == "dark" else palette.DARK
    with chromium.page() as page:
        page.scheme(scheme)
        page.open(files["class"])
        assert colour(page, "body", "backgroundColor") == colours["paper"]
        assert colour(page, "body", "color") == colours["ink"]
        page.value("document.querySelector('#theme').click()")
        assert colour(page, "body", "backgroundColor") == other["paper"]
        page.scheme(scheme, media="print")
        assert colour(page, "body", "backgroundColor") == palette.LIGHT["paper"]
        shown = "getComputedStyle(document.querySelector('{}')).display"
        assert [page.value(shown.format(one)) for one in ("nav", "#theme", ".who")] == ["none"] * 3
        page.value("localStorage.clear()")


def test_submissions_are_sorted_and_filtered(chromium: Browser, files: dict[str, Path]) -> None:
    rows = "[...document.querySelectorAll('#all tbody tr')].filter((row) => !row.hidden)"
    names = f"{rows}.map((row) => row.cells[0].textContent)"
    with chromium.page() as page:
        page.open(files["class"])
        before = page.value(names)
        assert before == sorted(before) and len(before) == 7
        page.value("document.querySelectorAll('#all thead button')[3].click()")
        page.value("document.querySelectorAll('#all thead button')[3].click()")
        assert page.value(names)[0] == "all-right"
        assert page.value("document.querySelectorAll('#all th')[3].ariaSort") == "descending"
        typed = "input.value = 'graded so'; input.dispatchEvent(new Event('input'))"
        page.value(f"{{ const input = document.querySelector('.tools input'); {typed} }}")
        assert set(page.value(names)) == {"so-so", "broken", "late"}
        assert page.value("document.querySelector('.tools output').textContent") == "3 of 7"


def test_the_keyboard_reaches_everything(chromium: Browser, files: dict[str, Path]) -> None:
    with chromium.page() as page:
        page.open(files["student"])
        page.press("Tab")
        assert page.value("document.activeElement.className") == "skip"
        page.press("Enter")
        assert page.value("location.hash") == "#main"
        reached = set()
        for _ in range(page.value("document.querySelectorAll('a, button, summary').length") + 4):
            page.press("Tab")
            reached.add(page.value("document.activeElement.id || document.activeElement.tagName"))
        assert "theme" in reached


@pytest.mark.parametrize("name", ["class", "student"])
def test_it_is_whole_without_javascript(
    chromium: Browser, files: dict[str, Path], name: str
) -> None:
    text = "document.querySelector('main').textContent.replace(/\\s+/g, ' ')"
    with chromium.page(script=False) as page:
        page.open(files[name])
        plain = page.value(text)
        assert page.value("document.querySelectorAll('button, input').length") == 0
        assert page.complaints == []
    with chromium.page() as page:
        page.open(files[name])
        assert page.value(text) == plain


@pytest.mark.parametrize("name", ["class", "student"])
def test_what_a_screen_reader_needs_is_there(
    chromium: Browser, files: dict[str, Path], name: str
) -> None:
    with chromium.page() as page:
        page.open(files[name])
        assert page.value("document.documentElement.lang") == "en"
        assert page.value("document.querySelectorAll('h1').length") == 1
        levels = page.value(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map((head) => Number(head.tagName[1]))"
        )
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert page.value(
            "[...document.querySelectorAll('[aria-labelledby]')].every((one) => "
            "document.getElementById(one.getAttribute('aria-labelledby')))"
        )
        assert page.value(
            "[...document.querySelectorAll('svg')].every((one) => one.getAttribute('aria-label').trim())"
        )
        assert page.value(
            "[...document.querySelectorAll('a[href^=\"#\"]')].every((one) => "
            "document.getElementById(one.getAttribute('href').slice(1)))"
        )
        ids = page.value("[...document.querySelectorAll('[id]')].map((one) => one.id)")
        assert len(ids) == len(set(ids))
        nodes = page.call("Accessibility.getFullAXTree")["nodes"]
        unnamed = [
            node["role"]["value"]
            for node in nodes
            if node.get("role", {}).get("value") in ("link", "button", "image", "region", "textbox")
            and not node.get("ignored")
            and not node.get("name", {}).get("value")
        ]
        assert unnamed == []


def test_a_test_would_notice_a_request_and_an_error(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text(
        "<img src=nothing.png><script>console.error('no'); throw 1</script><p style='width:900px'>"
    )
    with chromium.page() as page:
        page.size(360)
        page.open(path)
        assert len(page.requests) == 2
        assert len(page.complaints) >= 2
        assert page.value("document.documentElement.scrollWidth") > 360
