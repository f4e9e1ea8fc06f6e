"""A known mistake that is added to a spec changes its lines, and no other's."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from autograder.checks.catalogue import load
from autograder.exercise.bundle import bundle_files
from autograder.service.amend import Known, amended, difference, takes_mistakes
from tests.conftest import HEAD, PS09

WORD = 'A `word`: of "mine", é #1'
SPECS = {
    "block": """
        # What a person wrote
        questions:
          - id: a
            kind: expression
            title: "A"          # a comment
            prompt: >-
              Two lines
              of one
            answer: x
            mistakes:
              - {answer: x + 1,
                 credit: 0.5, feedback: "One too many"}
            symbols: {x: real}
          - {id: b, kind: expression, title: B, answer: y,
             symbols: {y: real}}
        """,
    "none yet": """
        questions:
          - id: b
            kind: expression
            title: B
            answer: y
            symbols: {y:   real}
          - id: a
            kind: expression
            title: A
            answer: x
            symbols: {x:   real}
            prompt: |
              Two lines,

              kept as they are

        # The end
        """,
    "flow": """
        questions:
          - {id: b, kind: expression, title: B, answer: y, symbols: {y:  real}}
          - id: a
            kind: expression
            title: A
            answer: x
            symbols: {x:  real}
            mistakes: [{answer: x + 1, credit: 0,
                        feedback: One}]
        """,
}


def changes(folder: Path, known: Known) -> tuple[list[str], list[str]]:
    """The lines that go and the lines that come, and what comes must be the exercise with the mistake."""
    exercise = load(folder)
    old, new = bundle_files(exercise), amended(exercise, known)
    (name,) = (name for name in new if old.get(name) != new[name])
    question = next(q for q in yaml.safe_load(new[name])["questions"] if q["id"] == known.question)
    first = question["mistakes"][0]
    assert (str(first["answer"]), first["credit"], first["feedback"]) == (
        known.answer,
        known.credit,
        known.feedback,
    )
    lines = difference(old, new)[2:]
    return [x for x in lines if x.startswith("-")], [x for x in lines if x.startswith("+")]


@pytest.mark.parametrize("name", SPECS)
def test_other_lines_stay_as_they_were_written(tmp_path: Path, name: str) -> None:
    text = "\n".join(line.removeprefix(" " * 8) for line in SPECS[name].split("\n"))
    (tmp_path / "exercise.yaml").write_text(HEAD + text, encoding="utf-8")
    gone, come = changes(tmp_path, Known("a", "x + 2", 0.25, WORD))
    assert len(gone) == (1 if name == "flow" else 0)
    assert len(come) <= 4


def test_a_question_on_one_line_is_written_anew(tmp_path: Path) -> None:
    text = "questions:\n  - {id: a, kind: expression, title: A, answer: x, symbols: {x: real}}\n"
    (tmp_path / "exercise.yaml").write_text(HEAD + text, encoding="utf-8")
    changes(tmp_path, Known("a", "x + 2", 0.25, WORD))


@pytest.mark.parametrize("folder", sorted(PS09.parent.glob("*/")), ids=lambda folder: folder.name)
def test_the_shipped_exercises_keep_their_lines(folder: Path) -> None:
    for question in load(folder).questions:
        if takes_mistakes(question):
            gone, come = changes(folder, Known(question.id, "17", 0.25, WORD))
            assert len(gone) <= 1
            assert len(come) <= 5
