"""The sentences that several kinds of answers share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from autograder.checks.outcome import Outcome
from autograder.errors import FormulaError
from autograder.exercise.model import Policy, Question
from autograder.sandbox.failure import Failure
from autograder.symbolic.compare import Counterexample

# $$...$$, $...$, \[...\], \(...\), `...`
_MATHS: Final = re.compile(
    r"\$\$(.+?)\$\$|\$(.+?)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)|`(.+?)`", re.DOTALL
)
_SHOWN: Final = 400
A_PERSON_LOOKS: Final = " A person will look at it."

Reading = TypeVar("Reading")


def read_answer(text: str, read: Callable[[str], Reading]) -> tuple[Reading, tuple[str, ...]]:
    """Read a formula, or the one formula that a sentence sets off; with a note then.

    Raises:
        FormulaError: neither can be read.
    """
    try:
        return read(text), ()
    except FormulaError:
        found = [next(filter(None, match.groups())) for match in _MATHS.finditer(text)]
        if len(found) != 1 or found[0].strip() == text.strip(" $\n"):
            raise
        is_whole = found[0].strip() == text.strip(" `\n")
        notes = () if is_whole else ("Of your answer, the formula that is set off was graded.",)
        return read(found[0]), notes


def unreadable(question: Question, error: FormulaError, policy: Policy) -> Outcome:
    """An answer that is not a formula: where, and why."""
    place = f" (line {error.line}, column {error.column})" if "\n" in error.source else ""
    return not_read(
        question,
        policy,
        f"Your answer could not be read{place}: {error.message}{_stop(error.message)}",
        evidence=f"unreadable at {error.line}:{error.column}: {error.message}",
        details=(error.pointer(),),
        data={"line": error.line, "column": error.column},
    )


def _stop(sentence: str) -> str:
    """The full stop that a sentence still needs."""
    return "" if sentence.endswith((".", "?", "!")) else "."


def not_read(
    question: Question,
    policy: Policy,
    line: str,
    evidence: str,
    details: tuple[str, ...] = (),
    data: Mapping[str, Any] | None = None,
) -> Outcome:
    """An answer that is not of its kind; the policy says whether a person looks or it is nothing."""
    zero = policy.unreadable == "zero"
    return Outcome(
        question.id,
        "unreadable",
        0.0 if zero else None,
        line if zero else f"{line}{A_PERSON_LOOKS}",
        evidence=evidence,
        details=details,
        data=data or {},
    )


def counterexample_line(example: Counterexample, *, reveal: bool) -> str:
    """`At W = 7, K = 3 your formula gives 5; the right value is 4.`"""
    where = f"At {example.where()} your" if example.point else "Your"
    line = f"{where} formula gives {example.student[:_SHOWN]}"
    if example.student.startswith("no value"):
        line = f"{where} formula has {example.student[:_SHOWN]}"
    return (
        f"{line}; the right value is {example.expected}." if reveal else f"{line}, which is wrong."
    )


def counterexample_data(example: Counterexample) -> dict[str, object]:
    """A counterexample for machines; staff see the expected value here."""
    return {"point": example.point, "student": example.student, "expected": example.expected}


def failed(question: Question, failure: Failure) -> Outcome:
    """The student's code failed: what it said, where, and the line."""
    line = _FAILURES[failure.kind].format(message=failure.message)
    details = []
    if failure.where:
        shown = f": {failure.line}" if failure.line else ""
        details.append(f"{failure.where}{shown}")
    if failure.output.strip():
        details.append(f"It printed: {failure.output.strip()[-_SHOWN:]}")
    where = f"{failure.where}: " if failure.where else ""
    return Outcome(
        question.id,
        failure.kind,
        None if failure.is_ours else 0.0,
        line,
        evidence=f"{where}{failure.message}",
        details=tuple(details),
        hint=question.hint,
    )


_FAILURES: Final = {
    "error": "Your code stopped with an error: {message}",
    "refused": "Your code does not do what is asked: {message}.",
    "time": "Your code took too long: it {message}.",
    "memory": "Your code used too much memory: it {message}.",
    "output": "Your code printed too much: it {message}.",
    "processes": "Your code tried to start a process or a crowd of threads: {message}.",
    "killed": "Your code ended the process it ran in: {message}.",
    "protocol": "Your code disturbed the grader's channel: {message}.",
    "internal": "The grader failed on this question ({message}). This is not your fault.",
}
