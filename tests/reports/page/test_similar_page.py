"""The page of submissions that agree: both sides, in words that accuse nobody, and nothing that runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.exercise.model import Exercise
from autograder.reports.page import similar_page
from autograder.submission.similarity.work import Pair, Part, Span
from tests.chromium import Chromium, fits

HOSTILE = (
    '</pre><script>document.title="owned"</script><img src=x onerror=alert(1)>\u202e' + "w" * 9000
)
CODE = "    def forward(self, x):\n        return self.relu(self.body(x) + self.skip(x))"


def pair(*parts: Part, basis: str = "text") -> Pair:
    return Pair("anna", "ben", 1e-4, 0.87, basis, parts)  # type: ignore[arg-type]


def code(left: str = CODE, right: str = CODE) -> Part:
    sides = (Span("ex.ipynb, cell 3", 4, 5, left), Span("ex.py", 9, 9, right))
    return Part("code", *sides, size=23)


def answer(exercise: Exercise, text: str = "x + 1") -> Part:
    question = exercise.questions[0].id
    return Part("answer", Span(question, 1, 1, text), Span(question, 7, 7, text), 1, held_by=2)


def test_both_sides_are_shown_with_their_places(exercise: Exercise) -> None:
    page = similar_page(exercise, [pair(code(), answer(exercise))], 30)
    assert "<b>1 pair</b> of 30 submissions" in page
    assert "ex.ipynb, cell 3, lines 4 to 5" in page
    assert "ex.py, line 9" in page
    assert "23 tokens of code" in page
    assert page.count("def forward(self, x):\n    return") == 2
    assert "2 submissions of 30 have this answer" in page
    assert "87 %" in page and "1 in 10,000" in page


def test_it_accuses_nobody(exercise: Exercise) -> None:
    page = similar_page(exercise, [pair(code())], 30)
    text = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert "To agree is not to have copied" in text
    assert not re.search(r"plagiar|cheat|fraud|guilty|suspect", text, re.IGNORECASE)


@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_asks_for_nothing_and_runs_nothing(
    exercise: Exercise, tmp_path: Path, chromium: Chromium, width: int
) -> None:
    path = tmp_path / "similar.html"
    parts = (code(HOSTILE, HOSTILE), answer(exercise, HOSTILE))
    path.write_text(similar_page(exercise, [pair(*parts)], 30), encoding="utf-8")
    with chromium.page(path.as_uri(), width=width) as page:
        page.goto(path.as_uri())
        assert fits(page)
        assert "owned" not in page.title()
        assert page.locator("img").count() == 0
