"""`text`: a person decides; the machine only collects, and a blank is the one thing it marks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.outcome import Outcome
from autograder.errors import SpecError

Answer = Callable[[str, str], Outcome]

QUESTION = """
kind: text
words: 12
rubric:
  - {says: It is a convolution., keywords: [convolution, "convolv*"]}
  - {says: It is dilated by the stride., weight: 3, keywords: ["dilat*", holes between]}
model_answer: A dilated convolution.
"""


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("It is a dilated convolution.", 1.0),
        ("The kernel is convolved with x.", 0.25),
        ("With holes\nbetween its taps", 0.75),
        ("Not a convolution at all", 0.25),  # a guess, and only for staff
        ("no idea", 0.0),
    ],
)
def test_a_person_gets_the_answer_with_a_guess(answer: Answer, text: str, guess: float) -> None:
    result = answer(QUESTION, text)
    assert (result.outcome, result.credit) == ("person", None)
    assert result.data["first_guess"] == guess
    assert result.data["answer"] == text
    assert [item["weight"] for item in result.data["rubric"]] == [1.0, 3.0]


def test_the_student_sees_neither_rubric_nor_guess(answer: Answer) -> None:
    result = answer(QUESTION, "no idea")
    shown = " ".join((result.line, *result.details, *result.notes, result.hint, result.evidence))
    for secret in ("dilat", "convolution", "0.0", "stride"):
        assert secret not in shown


def test_a_blank_is_unanswered(answer: Answer) -> None:
    assert (answer(QUESTION, " \n").outcome, answer(QUESTION, "").credit) == ("unanswered", 0.0)


def test_a_drawing_may_be_elsewhere(answer: Answer) -> None:
    result = answer(QUESTION + "on_paper: true\n", "")
    assert (result.outcome, result.credit) == ("person", None)


def test_too_many_words_are_noted_and_cost_nothing(answer: Answer) -> None:
    result = answer(QUESTION, "word " * 13)
    assert result.credit is None
    assert result.notes == ("Your answer has 13 words; at most 12 are asked for.",)


def test_a_question_without_a_rubric_is_refused(answer: Answer) -> None:
    with pytest.raises(SpecError, match="rubric"):
        answer("kind: text\nrubric: []", "x")
