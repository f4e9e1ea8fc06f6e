from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.checks import catalogue
from autograder.checks.grade import Grade
from autograder.errors import InternalError, UsageError
from autograder.exercise.model import Exercise
from autograder.grading.devices import choose_device
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session

TWO = """
questions:
  - {id: one, kind: expression, title: One, points: 2, symbols: {x: real}, answer: 2*x}
  - {id: two, kind: expression, title: Two, points: 3, symbols: {x: real}, answer: x^2}
"""
GradeFiles = Callable[..., Grade]


def test_points_and_what_waits(
    make_exercise: Callable[..., Exercise], grade_files: GradeFiles
) -> None:
    graded = grade_files(make_exercise(TWO), {"answers.yaml": "one: x + x\ntwo: (x"})
    assert (graded.points, graded.possible, graded.waiting) == (2.0, 5.0, 3.0)
    assert not graded.failed_by_us


def test_the_grade_can_be_made_again(
    make_exercise: Callable[..., Exercise], grade_files: GradeFiles
) -> None:
    graded = grade_files(make_exercise(TWO), {"answers.yaml": "one: 2x"}, seed=5)
    made = graded.made_with
    assert made["seed"] == 5
    assert made["exercise"] == "sample"
    assert len(made["exercise_digest"]) == len(made["submission_digest"]) == 64
    assert {"autograder", "python", "sympy", "device"} <= set(made)


def test_selected_questions_only(
    make_exercise: Callable[..., Exercise], grade_files: GradeFiles
) -> None:
    graded = grade_files(make_exercise(TWO), {"answers.yaml": "one: 2x"}, select="two")
    assert [outcome.question for outcome in graded.outcomes] == ["two"]


def test_our_failure_is_never_the_students(
    make_exercise: Callable[..., Exercise], grade_files: GradeFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = catalogue.kinds()["expression"]

    def broken(question, answer, tools):
        if question.id == "one":
            raise ZeroDivisionError("a mistake of ours")
        return real.check(question, answer, tools)

    exercise = make_exercise(TWO)
    kind = catalogue.Kind("expression", real.model, broken)
    monkeypatch.setattr("autograder.grading.grade.kind_of", lambda question: kind)
    graded = grade_files(exercise, {"answers.yaml": "one: 2x\ntwo: x^2"})
    one, two = graded.outcomes
    assert (one.outcome, one.credit) == ("internal", None)
    assert "not your fault" in one.line
    assert "ZeroDivisionError" in one.evidence
    assert "test_grade.py" in one.evidence
    assert two.credit == 1.0
    assert graded.failed_by_us


def test_errors_we_know_are_internal_too(
    make_exercise: Callable[..., Exercise], grade_files: GradeFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(question, answer, tools):
        raise InternalError("the disk is full")

    real = catalogue.kinds()["expression"]
    kind = catalogue.Kind("expression", real.model, broken)
    monkeypatch.setattr("autograder.grading.grade.kind_of", lambda question: kind)
    graded = grade_files(make_exercise(TWO), {})
    assert graded.outcomes[0].evidence == "the disk is full"


def test_what_time_does_not_reach_is_skipped_not_zero(
    make_exercise: Callable[..., Exercise], grade_files: GradeFiles
) -> None:
    graded = grade_files(make_exercise(TWO), {"answers.yaml": "one: 2x"}, seconds=1.0)
    assert {outcome.outcome for outcome in graded.outcomes} == {"skipped"}
    assert all(outcome.credit is None for outcome in graded.outcomes)
    assert graded.failed_by_us


def test_each_outcome_is_shown_as_it_comes(
    make_exercise: Callable[..., Exercise], hand_in: Callable[..., Path], session: Session
) -> None:
    partial: list[list[str]] = []
    grade(
        make_exercise(TWO),
        [hand_in({"answers.yaml": "one: 2x"})],
        Options(),
        lambda so_far: partial.append([outcome.outcome for outcome in so_far.outcomes]),
        session,
    )
    assert partial == [["correct", "skipped"], ["correct", "unanswered"]]


def test_one_broken_answer_does_not_hide_the_others(
    make_exercise: Callable[..., Exercise], grade_files: GradeFiles
) -> None:
    graded = grade_files(make_exercise(TWO), {"answers.yaml": "one: (((\ntwo: x*x"})
    assert [outcome.outcome for outcome in graded.outcomes] == ["unreadable", "correct"]


def test_a_gpu_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.grading.devices._torch_has_cuda", lambda: False)
    assert choose_device("cpu") == "cpu"
    assert choose_device("auto") == "cpu"
    with pytest.raises(UsageError, match="no GPU"):
        choose_device("cuda")


def test_theory_is_graded_without_starting_a_sandbox(
    make_exercise: Callable[..., Exercise], hand_in: Callable[..., Path]
) -> None:
    with Session() as own:
        grade(make_exercise(TWO), [hand_in({"answers.yaml": "one: 2x"})], session=own)
        assert own._server is None


def test_code_without_torch_is_our_failure_not_the_students(
    ps09: Exercise, hand_in: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.grading.session.has_torch", lambda: False)
    graded = grade(
        ps09, [hand_in({"ex09.py": "get_mlp = 1"})], Options(select="mlp and not accuracy")
    )
    assert graded.outcomes[0].outcome == "internal"
    assert "torch" in graded.outcomes[0].evidence


def test_the_sheets_own_placeholder_is_no_answer(
    make_exercise: Callable[..., Exercise], grade_files: GradeFiles
) -> None:
    body = "questions:\n  - {id: one, kind: shape, title: One, answer: [5, 2], placeholders: ['a × b']}\n"
    graded = grade_files(make_exercise(body), {"answers.yaml": "one: $A×b$"})
    assert graded.outcomes[0].outcome == "unanswered"
