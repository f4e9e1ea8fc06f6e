"""LaTeX of answers becomes MathML, and what cannot be typeset is left to be shown as text."""

from __future__ import annotations

import pytest

from autograder.exercise.model import Exercise
from autograder.reports.page.filters import (
    duration,
    formula,
    href,
    odds,
    prose,
    signed,
    symbol,
    title,
)
from autograder.reports.page.maths import mathml
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.show import latex
from tests.reports.page.samples import right


@pytest.mark.parametrize(
    ("written", "part"),
    [
        (r"\left\lfloor \frac{W}{S} \right\rfloor + 1", "<mfrac>"),
        (r"\sum_{j=1}^{L} K_{j}", "<munderover>|<msubsup>"),
        (r"\sqrt{\hat{v}} + \epsilon", "<msqrt>"),
        (r"\begin{cases} a & x > 0 \\ b & \text{otherwise} \end{cases}", "<mtable>"),
    ],
)
def test_formulas_are_typeset(written: str, part: str) -> None:
    made = mathml(written)
    assert made is not None
    assert any(one in made for one in part.split("|"))


@pytest.mark.parametrize("written", ["", "   ", "x" * 3_000, r"\frac{"])
def test_what_cannot_be_typeset_is_none(written: str) -> None:
    assert mathml(written) is None


def test_links_and_styles_are_not_made() -> None:
    made = mathml(r"\href{https://example.org}{x}") or ""
    assert "href" not in made
    assert "style" not in (mathml(r"\style{color:red}{x}") or "")
    assert "color" not in (mathml(r"\color{red} x") or "")


def test_every_answer_of_an_exercise_is_typeset(ps09: Exercise) -> None:
    formulas = [
        (question, text)
        for question in ps09.questions
        for answer in question.model_answers()
        if answer.form == "formula"
        for name, text in answer.parts.items()
        if name in answer.formulas and question.kind == "expression"
    ]
    assert len(formulas) > 30
    for question, text in formulas:
        assert mathml(latex(parse_formula(text, ps09.table(question)))) is not None, text


def test_an_answer_without_latex_is_shown_as_it_was_read() -> None:
    assert formula(right(read_as="", read_plain="a < b")) == "<code>a &lt; b</code>"
    assert formula(right(read_as=r"\frac{", read_plain="x/")) == "<code>x/</code>"
    assert formula(right(read_as=r"x \\ y", read_plain="x; y")).count("<math") == 2


def test_code_and_formulas_in_sentences() -> None:
    assert prose("call `f(<x>)`\nnow") == "call <code>f(&lt;x&gt;)</code><br>now"
    assert prose("costs $5 and $6") == "costs $5 and $6"
    assert "<msup>" in title("Twice $x^2$ in `f`")
    assert "<code>f</code>" in title("Twice $x^2$ in `f`")
    assert "<mi>β</mi>" in symbol("beta_1")


def test_numbers_are_written_as_people_read_them() -> None:
    assert [odds(n) for n in (1e-9, 1.93e-6, 0.02, 0.7)] == [
        "under 1 in 1,000,000", "1 in 500,000", "1 in 50", "0.7",
    ]  # fmt: skip
    assert [duration(s) for s in (0.04, 59.9, 90, 3600, 93_600, 7 * 86_400)] == [
        "0.0 s", "59.9 s", "2 min", "1 h", "1 d 2 h", "7 d",
    ]  # fmt: skip
    assert (signed(-0.015), signed(0.5)) == ("\N{MINUS SIGN}0.01", "0.50")
    assert href("a/../b") == "submissions/a%2F..%2Fb/index.html"
