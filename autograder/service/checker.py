"""`python -m autograder.service.checker FD`: judges written answers that come over a socket.

Each message names an exercise's folder, a question and an answer; the reply holds the outcome's `record`,
and its formulas `typeset` by input. The process ends when the other end closes.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
from pathlib import Path
from typing import Any

import yaml

from autograder.checks.catalogue import load
from autograder.checks.record import outcome_record
from autograder.errors import AutograderError
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade_files
from autograder.grading.session import Session
from autograder.sandbox import control
from autograder.service.typeset import typeset
from autograder.submission.files import FileSet


def main() -> int:
    """Serve until the socket closes."""
    exercises: dict[str, Exercise] = {}
    with (
        socket.socket(fileno=int(sys.argv[1])) as channel,
        contextlib.suppress(OSError),
        Session() as session,
    ):
        control.send(channel, {"ready": True})
        while (asked := control.receive(channel)[0]) is not None:
            control.send(channel, _answer(asked, exercises, session))
    return 0


def _answer(
    asked: dict[str, Any], exercises: dict[str, Exercise], session: Session
) -> dict[str, Any]:
    folder, question = asked["folder"], asked["question"]
    try:
        if folder not in exercises:
            exercises[folder] = load(Path(folder))
        files = FileSet()
        files.add("answers.yaml", yaml.safe_dump({question: asked["answer"]}).encode())
        graded = grade_files(exercises[folder], files, Options(), session, questions=[question])
    except AutograderError as error:
        return {"problem": str(error)}
    except Exception as error:  # a checker that ends here would take others' answers with it
        return {"problem": f"{type(error).__name__}: {error}"[:500]}
    outcome, exercise = graded.outcomes[0], exercises[folder]
    reply = {
        "record": outcome_record(outcome),
        "typeset": typeset(exercise, exercise.question(question), asked["answer"], outcome),
    }
    plain: dict[str, Any] = json.loads(json.dumps(reply))
    return plain


if __name__ == "__main__":
    sys.exit(main())
