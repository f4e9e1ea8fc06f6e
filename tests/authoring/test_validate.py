from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.authoring.findings import Finding
from autograder.authoring.known import known_submissions
from autograder.authoring.validate import validate
from autograder.errors import SpecError
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options
from autograder.grading.session import Session

BODY = "questions:\n  - {id: it, kind: expression, title: It, symbols: {x: real}, answer: 2*x}\n"

Make = Callable[..., Exercise]


@pytest.fixture
def findings(make_exercise: Make, session: Session) -> Callable[..., dict[str, Finding]]:
    def run(known: dict[str, tuple[str, str]]) -> dict[str, Finding]:
        exercise = make_exercise(BODY)
        for name, (expected, answer) in known.items():
            folder = exercise.folder / "submissions" / name
            folder.mkdir(parents=True)
            (folder / "answers.yaml").write_text(f"it: {answer}\n")
            folder.with_name(f"{name}.yaml").write_text(expected)
        return {f.subject: f for f in validate(exercise, session, Options())}

    return run


GOOD = {
    "correct": ("about: right\nothers: full\n", "x + x"),
    "template": ("about: empty\nothers: none\n", "''"),
    "wrong": (
        "about: wrong\nquestions: {it: {credit: 0, outcome: wrong, says: opposite sign}}\n",
        "-2 x",
    ),
}


def test_an_exercise_that_proves_itself(findings: Callable[..., dict[str, Finding]]) -> None:
    assert not any(finding.problems for finding in findings(GOOD).values())


def test_without_a_wrong_submission_it_does_not(
    findings: Callable[..., dict[str, Finding]],
) -> None:
    found = findings({"correct": GOOD["correct"], "template": GOOD["template"]})
    assert any("no wrong submission" in p for p in found["known submissions"].problems)


def test_without_any_submission_it_does_not(findings: Callable[..., dict[str, Finding]]) -> None:
    assert len(findings({})["known submissions"].problems) == 3


@pytest.mark.parametrize(
    ("expected", "answer", "words"),
    [
        ("about: a\nothers: full\n", "3 x", "credit 0.0, expected 1.0"),
        ("about: a\nquestions: {it: {credit: 0.5}}\n", "x", "credit 0.0, expected 0.5"),
        ("about: a\nquestions: {it: {credit: null}}\n", "x", "credit 0.0, expected None"),
        (
            "about: a\nquestions: {it: {credit: 0, outcome: partial}}\n",
            "x",
            "outcome wrong, expected partial",
        ),
        ("about: a\nquestions: {it: {credit: 0, says: banana}}\n", "x", "does not say 'banana'"),
    ],
)
def test_each_difference_from_what_is_expected_is_told(
    findings: Callable[..., dict[str, Finding]], expected: str, answer: str, words: str
) -> None:
    (problem,) = findings({**GOOD, "odd": (expected, answer)})["odd"].problems
    assert problem.startswith("it: ")
    assert words in problem


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("abuot: x\n", "yaml:1:"),
        ("about: x\nquestions: {that: {credit: 0}}\n", "there is no question of this id"),
        ("about: x\nquestions: {it: {credit: 2}}\n", "less than or equal to 1"),
    ],
)
def test_malformed_expectations_are_spec_errors(
    make_exercise: Make, expected: str, words: str
) -> None:
    exercise = make_exercise(BODY)
    folder = exercise.folder / "submissions" / "odd"
    folder.mkdir(parents=True)
    folder.with_name("odd.yaml").write_text(expected)
    with pytest.raises(SpecError, match=words):
        known_submissions(exercise)


def test_an_expectation_without_a_hand_in_is_an_error(make_exercise: Make) -> None:
    exercise = make_exercise(BODY)
    (exercise.folder / "submissions").mkdir()
    (exercise.folder / "submissions" / "lonely.yaml").write_text("about: x\n")
    with pytest.raises(SpecError, match="no folder lonely"):
        known_submissions(exercise)


def test_a_template_that_is_out_of_date_is_told(ps09: Exercise, tmp_path: Path) -> None:
    from autograder.authoring.validate import _starter_problems

    assert list(_starter_problems(ps09)) == []
    moved = ps09.model_copy(update={"title": "Another title"})
    assert any("write it anew" in problem for problem in _starter_problems(moved))


def test_what_only_a_person_decides_does_not_make_a_submission_wrong(
    findings: Callable[..., dict[str, Finding]],
) -> None:
    person = "about: right, as far as a machine can tell\nothers: full\nquestions: {it: {credit: null}}\n"
    found = findings({"template": GOOD["template"], "wrong": GOOD["wrong"], "odd": (person, "x")})
    assert not found["known submissions"].problems


def proofs(exercise: Exercise, session: Session) -> dict[str, Finding]:
    return {f.subject: f for f in validate(exercise, session, Options(), quick=True)}


def test_mutants_of_the_right_answer_lose_credit(make_exercise: Make, session: Session) -> None:
    found = proofs(make_exercise(BODY), session)["it"]
    assert not found.problems
    assert found.caught == found.mutants >= 5


def test_a_mutant_that_says_the_same_is_told_apart(make_exercise: Make, session: Session) -> None:
    body = BODY.replace("{x: real}, answer: 2*x", "{x: real, y: real}, answer: x*y")
    found = proofs(make_exercise(body), session)["it"]
    assert not found.problems
    assert len(found.equal) == 1
    assert "x and y swapped" in found.equal[0]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        # A mistake that is the right answer in another form.
        ("    mistakes: [{answer: x + x, feedback: No.}]\n", "the answer x + x gets 1, not 0"),
        # Two mistakes that are the same, so that one is never told.
        (
            "    mistakes: [{answer: 3*x, feedback: First.}, {answer: x + 2*x, feedback: Second.}]\n",
            "is told 'First.",
        ),
    ],
)
def test_what_a_spec_gets_wrong_is_told(
    make_exercise: Make, session: Session, more: str, words: str
) -> None:
    body = f"questions:\n  - id: it\n    kind: expression\n    title: It\n    symbols: {{x: real}}\n    answer: 2*x\n{more}"
    told = " ".join(proofs(make_exercise(body), session)["it"].problems)
    assert words in told


def test_what_an_author_accepts_by_mistake_is_listed(make_exercise: Make, session: Session) -> None:
    body = BODY.replace("answer: 2*x", "answer: 2*x, also_accept: [{answer: -2*x, note: Odd.}]")
    found = proofs(make_exercise(body), session)["it"]
    assert "-2*x (opposite sign) is another right answer: Odd." in found.equal


def test_quick_validation_runs_no_code(ps09: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    with Session() as session:
        monkeypatch.setattr(session, "server", lambda: pytest.fail("code was run"))
        found = list(validate(ps09, session, Options(), quick=True))
    assert not any(finding.problems for finding in found), found
