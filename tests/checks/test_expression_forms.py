"""`expression`: forms that are asked for, equations as answers, alternatives under conditions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.outcome import Outcome
from autograder.errors import SpecError

Answer = Callable[[str, str], Outcome]

BASE = "kind: expression\nsymbols: {x: real, y: real, n: positive integer}\n"


@pytest.mark.parametrize(
    ("answer_", "form", "text", "credit", "words"),
    [
        ("n*(n+1)/2", "closed", "n(n+1)/2", 1.0, "Right."),
        ("n*(n+1)/2", "closed", "sum_{k=1}^n k", 0.5, "give it in closed form"),
        ("(x+y)^2", "expanded", "x^2 + 2 x y + y^2", 1.0, "Right."),
        ("(x+y)^2", "expanded", "(x+y)^2", 0.5, "multiply the brackets out"),
        ("(x+y)^2", "expanded", "x*(x + 2 y) + y^2", 0.5, "multiply the brackets out"),
        ("(x+y)^2", "factored", "(y+x)^2", 1.0, "Right."),
        ("(x+y)^2", "factored", "(x+y)(x+y)", 1.0, "Right."),
        ("x^2 - y^2", "factored", "(x-y)(x+y)", 1.0, "Right."),
        ("x^2 - y^2", "factored", "-(y-x)(x+y)", 1.0, "Right."),
        ("x^2 - y^2", "factored", "x^2 - y^2", 0.5, "not factored"),
        ("x^3 - x", "factored", "x(x^2-1)", 0.5, "not factored"),
        ("x^2 + 1", "factored", "x^2 + 1", 1.0, "Right."),
        ("x + y", "simplified", "y + x", 1.0, "Right."),
        ("x + y", "simplified", "x + y + x - x", 0.5, "written more simply"),
        ("6*x", "simplified", "2*3*x", 0.5, "written more simply"),
        ("x", "simplified", "x*1", 0.5, "written more simply"),
        ("x/2", "simplified", "2*x/4", 0.5, "written more simply"),
        ("x*y", "simplified", "x^2*y/x", 1.0, "Right."),  # not everything is noticed
        ("y", "simplified", "x*y/x", 0.5, "written more simply"),
        ("x + y", "simplified", "x + 2*y - y", 0.5, "written more simply"),
        ("1/x + 1/y", "one-fraction", "(x+y)/(x y)", 1.0, "Right."),
        ("1/x + 1/y", "one-fraction", "1/x + 1/y", 0.5, "as one fraction"),
        ("(x+y)^2", "expanded", "(x+y)^3", 0.0, "off by one"),
    ],
)
def test_forms(
    answer: Answer, answer_: str, form: str, text: str, credit: float, words: str
) -> None:
    result = answer(f"{BASE}answer: {answer_}\nform: {form}\n", text)
    assert result.credit == credit, result
    assert words in result.line


def test_what_a_form_costs_and_says_is_the_authors(answer: Answer) -> None:
    spec = f"{BASE}answer: x*n\nform:\n  - {{without: [y], credit: 0.8, feedback: y cancels.}}\n"
    assert answer(spec, "x n + y - y").credit == 0.8
    assert answer(spec, "x n + y - y").line == "y cancels."
    assert answer(spec, "x n").credit == 1.0


def test_a_demand_without_content_is_refused(answer: Answer) -> None:
    with pytest.raises(SpecError, match="name a form"):
        answer(f"{BASE}answer: x\nform: [{{credit: 0.5}}]\n", "x")


EQUATION = """
kind: expression
symbols: {mu: real, q: "in (0, 1)"}
answer: 1 - q
subject: mu
"""


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("1 - q", 1.0),
        ("mu = 1 - q", 1.0),
        (r"\mu = 1 - q", 1.0),
        ("q = 1 - mu", 1.0),
        ("mu + q = 1", 1.0),
        ("$1 - \\mu = q$", 1.0),
        ("1 - q = mu", 1.0),
        ("2 mu = 2 - 2 q", 1.0),
        ("q = mu - 1", 0.0),
        ("mu = q - 1", 0.0),
        ("mu + q = 2", 0.0),
        ("mu", 0.0),
        ("mu*q = q", 0.0),
    ],
)
def test_an_equation_for_the_subject_is_an_answer(answer: Answer, text: str, credit: float) -> None:
    result = answer(EQUATION, text)
    assert result.credit == credit, result


DIVISIBLE = """
kind: expression
symbols: {W: positive integer, K: positive integer, S: positive integer}
given: [W >= K]
answer: floor((W - K)/S) + 1
also_accept:
  - answer: floor((W - K)/S) + 1
    given: [S divides W - K]
    credit: 0.8
    note: Right where S divides W - K.
"""


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("floor((W-K)/S) + 1", 1.0),
        ("(W - K)/S + 1", 0.8),
        ("ceil((W - K)/S) + 1", 0.8),
        ("round((W - K + S)/S)", 0.8),
        ("(W - K)/S", 0.0),
    ],
)
def test_another_answer_may_be_right_under_a_condition(
    answer: Answer, text: str, credit: float
) -> None:
    result = answer(DIVISIBLE, text)
    assert result.credit == credit, result
    assert bool(result.notes) is (credit == 0.8)


def test_a_condition_of_an_alternative_is_read_when_the_spec_is(answer: Answer) -> None:
    with pytest.raises(SpecError, match="unknown symbol Q"):
        answer(DIVISIBLE.replace("S divides W - K]", "S divides W - Q]"), "x")
