from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.outcome import Outcome

Answer = Callable[[str, str], Outcome]

QUESTION = """
kind: expression
symbols: {x: positive real, y: real, n: positive integer}
answer: x^n
also_accept:
  - {answer: x^n + y - y + 0*x, credit: 1}
  - {answer: [x^(n+1), x^(n-1)], credit: 0.5, note: An index too many or too few.}
mistakes:
  - {answer: [n*x, x*n + 0], feedback: That is a product., credit: 0.25}
  - {answer: n^x, feedback: Base and exponent are swapped.}
hint: Think of powers.
"""


@pytest.mark.parametrize(
    ("text", "outcome", "credit", "words"),
    [
        ("x^n", "correct", 1.0, "Right."),
        (r"$\prod_{k=1}^n x$", "correct", 1.0, "Right."),
        ("f(x) = x^n", "correct", 1.0, "Right."),
        ("x^{n+1}", "partial", 0.5, "Nearly right."),
        ("x^(n-1)", "partial", 0.5, "Nearly right."),
        ("n x", "partial", 0.25, "That is a product."),
        ("n^x", "wrong", 0.0, "swapped"),
        ("-x^n", "wrong", 0.0, "opposite sign"),
        ("x^n + 1", "wrong", 0.0, "always 1 more"),
        ("x + y", "wrong", 0.0, "does not depend on n"),
        ("x^(2 n) + y", "wrong", 0.0, "your formula gives"),
        ("x^", "unreadable", None, "ends too early"),
        ("x^m", "unreadable", None, "unknown symbol m"),
        ("", "unanswered", 0.0, "no answer"),
    ],
)
def test_outcomes(
    answer: Answer, text: str, outcome: str, credit: float | None, words: str
) -> None:
    result = answer(QUESTION, text)
    assert (result.outcome, result.credit) == (outcome, credit)
    assert words in result.line


def test_the_answer_is_shown_as_it_was_read(answer: Answer) -> None:
    result = answer(QUESTION, r"$x^{n} \cdot 1$")
    assert result.read_plain == "x^n*1"
    assert result.read_as == r"x^{n} \cdot 1"


def test_a_formula_in_a_sentence_is_found_with_a_note(answer: Answer) -> None:
    result = answer(QUESTION, "By induction it is $x^n$ for all n.")
    assert result.credit == 1.0
    assert any("set off" in note for note in result.notes)


def test_two_formulas_in_a_sentence_are_not_guessed_between(answer: Answer) -> None:
    assert answer(QUESTION, "Either $x^n$ or $n x$, I think.").outcome == "unreadable"


def test_the_expected_value_is_shown_only_where_the_exercise_allows(answer: Answer) -> None:
    hidden = answer(QUESTION, "x^(2 n) + y")
    assert "the right value" not in "".join((hidden.line, *hidden.details))
    shown = answer(QUESTION + "reveal: value\n", "x^(2 n) + y")
    assert "the right value is" in shown.line


def test_the_counterexample_is_there_for_machines(answer: Answer) -> None:
    data = answer(QUESTION, "x + y").data
    assert data["verdict"] == "different"
    assert set(data["counterexample"]) == {"point", "student", "expected"}


def test_evidence_says_how_it_was_decided(answer: Answer) -> None:
    assert "identical" in answer(QUESTION, "x^n").evidence
    assert "exact algebra" in answer(QUESTION, "prod_{k=1}^n x").evidence


def test_hints_are_for_wrong_answers(answer: Answer) -> None:
    assert answer(QUESTION, "x^n").hint == ""
    assert answer(QUESTION, "x").hint == "Think of powers."


def test_what_cannot_be_decided_goes_to_a_person(answer: Answer) -> None:
    result = answer(QUESTION, "x^n + sum_{k=1}^{10^12} floor(k/10^13)")
    assert (result.outcome, result.credit) == ("undecided", None)
    assert "a person will look" in result.line


def test_an_answer_before_any_dots_is_readable(answer: Answer) -> None:
    assert answer(QUESTION, "x^n.").credit == 1.0


@pytest.mark.parametrize(("share", "credit"), [("0", 0.0), ("1e-3", 1.0), ("1e-5", 0.0)])
def test_rounded_decimals_count_only_where_the_author_says_so(
    answer: Answer, share: str, credit: float
) -> None:
    spec = f"kind: expression\nsymbols: {{x: real}}\nanswer: x/3\nrelative_tolerance: {share}"
    assert answer(spec, "0.3333*x").credit == credit
    assert answer(spec, "0.33*x").credit == 0.0
    assert answer(spec, "x/3").credit == 1.0
