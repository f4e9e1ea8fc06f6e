"""Nothing that a student wrote is more than text on a page, and none of it is unbounded."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exercise.model import Exercise
from autograder.reports.book import Book, Entry
from autograder.reports.page import class_page, student_page
from autograder.reports.page.maths import mathml
from autograder.submission.roster import Student
from tests.attacks.page import active_text
from tests.chromium import Chromium, fits
from tests.reports.page.samples import entry, trained, written, wrong

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</style><style>*{display:none}</style>",
    "<!--",
    "]]>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "&lt;b&gt;",
    "\N{RIGHT-TO-LEFT OVERRIDE}desrever\N{LEFT-TO-RIGHT MARK}",
    "\x1b[31mred\x1b[0m\x07\x00",
    "`</code><script>alert(1)</script>`",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "\\href{javascript:alert(1)}{x}",
)
LONG = "A" * 10_000


def hostile_entry(exercise: Exercise, text: str) -> Entry:
    """A text wherever a student's words may reach."""
    values = {
        "line": text, "evidence": text, "details": (text, f"{text}\n^"), "notes": (text,), "hint": text,
        "read_as": text, "read_plain": text,
    }  # fmt: skip
    example = {"point": {text: text}, "expected": text, "student": text}
    outcomes = (
        wrong(**{"read": text, **values, "data": {"counterexample": example}}),
        written(**values, data={"answer": text, "rubric": [{"says": text, "found": [text]}]}),
        trained(**{**values, "data": {**trained().data, "curves": [[0.5]]}}),
    )
    return entry(
        exercise, text, *outcomes,
        students=(Student(text, text, text, text),), problem=text, submitted=text,
    )  # fmt: skip


def pages(exercise: Exercise, text: str) -> tuple[str, str]:
    odd = hostile_entry(exercise, text)
    lost = Entry(f"{text}2", "unreadable", None, (Student(text),), problem=text)
    book = Book(exercise, (odd, lost), {"layers": [text], text: text})
    return class_page(book, {odd.id: 1.0}), student_page(book, odd)


class _Elements(HTMLParser):
    """The elements and attributes of a page, without what they hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attributes)))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment",))


MATHS = re.compile(r"<math.*?</math>", re.DOTALL)
SHOWN_AS_TEXT = ("code", "br", "pre", "p")


def elements(html: str) -> set[tuple[str, ...]]:
    shown = _Elements(MATHS.sub("", html)).found
    return {element for element in shown if element[0] not in SHOWN_AS_TEXT}


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_makes_no_element(exercise: Exercise, text: str) -> None:
    for attacked, harmless in zip(pages(exercise, text), pages(exercise, "harmless"), strict=True):
        assert elements(attacked) <= elements(harmless)
        assert not active_text(attacked)
        for formula in MATHS.findall(attacked):
            assert not re.search(r"<(?!/?m)|on\w+=|href|style|class|id=", formula), formula


def test_a_long_text_is_cut(exercise: Exercise) -> None:
    for html in pages(exercise, LONG):
        assert max(map(len, re.findall("A+", html))) <= 4_000
        assert len(html) < 200_000


@given(st.text(max_size=60))
def test_mathml_holds_nothing_but_mathml(text: str) -> None:
    made = mathml(text)
    if made is not None:
        tags = {tag for tag, *_ in _Elements(made).found}
        assert "math" in tags
        assert all(tag.startswith("m") for tag in tags)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_browser_runs_and_loads_nothing(
    chromium: Chromium, exercise: Exercise, tmp_path, script: bool
) -> None:
    text = "".join(ATTACKS) + LONG
    for name, html in zip(("class", "student"), pages(exercise, text), strict=True):
        path = tmp_path / f"{name}.html"
        path.write_text(html, encoding="utf-8")
        with chromium.page(path.as_uri(), width=360, script=script) as page:
            page.goto(path.as_uri())
            assert fits(page)
            assert page.evaluate("document.images.length") == 0
            assert page.evaluate("document.scripts.length") == 1
