"""What a class's report says of an earlier run."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.reports.book import Book
from autograder.reports.changes import Change, Changes, Verdict
from autograder.reports.page import class_page
from tests.chromium import Chromium, fits
from tests.reports.page.samples import section

RIGHT, WRONG = Verdict("correct", 2.0), Verdict("wrong", 0.0)
ROWS = (
    Change("late", "double", WRONG, RIGHT, "question changed"),
    Change("submission_270000", "double", WRONG, RIGHT, "question changed"),
    Change("submission_270001", "double", RIGHT, Verdict("partial", 1.5), "submission changed"),
    Change(
        "submission_270001",
        "open",
        Verdict("unanswered", 0.0),
        Verdict("person", None),
        "seed 0 → 1",
    ),
    Change("<b>gone", "double", RIGHT, None, "submission gone"),
    Change("late", "dropped", RIGHT, None, "question gone"),
)
CHANGES = Changes(
    ROWS, ("double", "open", "dropped"), 4, 3, 12,
    renamed=(("old name", "late"),), notes=("The baseline's run was not finished.",),
)  # fmt: skip


def said_of(book: Book, changes: Changes) -> str:
    return html.unescape(section(class_page(replace(book, changes=changes), {}), "changes"))


def test_it_says_how_much_and_why(book: Book) -> None:
    said = said_of(book, CHANGES)
    assert "with 4 submissions in both; 3 of 12 answers were checked again." in said
    assert "5 answers came out otherwise, 5 of them in points." in said
    assert "The baseline's run was not finished. late was called old name" in said
    assert "Twice x 2 2 1 0 +0.88" in said
    assert "dropped , no longer asked 0 0 1 0" in said
    assert "Submission gone: <b>gone" in said
    assert "wrong, 0 points → right, 2 points question changed 2 submissions" in said
    assert "not answered, 0 points → for a person, no points seed 0 → 1 1 submission" in said
    assert (
        "submission_270001 double right, 2 points partly right, 1.5 points \N{MINUS SIGN}0.5"
        in said
    )
    assert "late dropped right, 2 points nothing – question gone" in said


def test_without_an_earlier_run_nothing_is_said(book: Book) -> None:
    assert "changes" not in class_page(book, {}).partition("<main")[2]


def test_that_nothing_changed_is_said(book: Book) -> None:
    said = said_of(book, Changes((), ("double",), 4, 1, 1))
    assert said.endswith("1 of 1 answer was checked again. No outcome and no score changed.")


def test_thousands_of_changes_are_a_page_too(book: Book) -> None:
    rows = tuple(replace(ROWS[0], submission=f"s{n}", cause=f"cause {n % 50}") for n in range(3000))
    page = class_page(replace(book, changes=replace(CHANGES, rows=rows)), {})
    assert "2000 more are in <code>changes.csv</code>" in page
    assert "20 more kinds are not shown" in page
    assert len(page) < 1_500_000


@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_sorts_and_filters(
    chromium: Chromium, book: Book, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "class.html"
    path.write_text(class_page(replace(book, changes=CHANGES), {}), encoding="utf-8")
    with chromium.page(path.as_uri(), width=width) as page:
        page.goto(path.as_uri())
        assert fits(page)
        rows = page.locator("#each-change tbody tr:visible")
        page.locator("#changes input").fill("question changed")
        assert rows.count() == 2
        page.locator("#changes input").fill("")
        if width > 640:
            page.get_by_role("button", name="Change", exact=True).click()
            assert "submission_270001" in rows.first.inner_text()
