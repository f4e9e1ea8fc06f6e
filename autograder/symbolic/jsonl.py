"""Pairs as lines of JSON: one question a line in, one answer a line out, in order.

A line that cannot be judged is answered like every other one, with `undecided` and the reason: it is
never the student's fault and never stops the lines after it.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from autograder.errors import AutograderError, UsageError
from autograder.symbolic.compare import Counterexample
from autograder.symbolic.pair import Answer, Pair, compare_pair
from autograder.symbolic.prover import Prover

MAX_LINE: Final = 1_000_000
SYNTAXES: Final = ("auto", "plain", "latex")
_FIELDS: Final = ("id", "expected", "student", "symbols", "given", "syntax")


def answer_lines(lines: Iterable[str], prover: Prover | None = None) -> Iterator[dict[str, Any]]:
    """The answer to each line that is not blank, as it is read."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield answer_line(line, number, prover)


def answer_line(line: str, number: int, prover: Prover | None = None) -> dict[str, Any]:
    """The answer to one line, as the object that is written."""
    name: Any = None
    try:
        data = _object(line)
        name = data.get("id")
        answer = compare_pair(read_pair(data), prover)
    except UsageError as error:
        answer = Answer("undecided", f"line {number}: {error}")
    except Exception as error:  # our own failure: said, and the next line is answered
        reason = str(error) if isinstance(error, AutograderError) else repr(error)[:200]
        answer = Answer("undecided", f"line {number}: the grader failed: {reason}")
    return answer_object(name, answer)


def read_pair(data: dict[str, Any]) -> Pair:
    """The question that a JSON object asks; fields of other names are the caller's own.

    Raises:
        UsageError: a field is missing, misspelt, or not of its type.
    """
    for name in set(data) - set(_FIELDS):
        for close in difflib.get_close_matches(name, set(_FIELDS) - set(data), n=1, cutoff=0.75):
            raise UsageError(f"unknown field {name!r}: did you mean {close!r}?")
    for name in ("expected", "student"):
        if not isinstance(data.get(name), str):
            raise UsageError(f"the field {name!r} is needed, and is a text")
    symbols, given = data.get("symbols") or {}, data.get("given") or []
    if not isinstance(symbols, dict) or not all(isinstance(v, str) for v in symbols.values()):
        raise UsageError("the field 'symbols' maps each name to a phrase such as 'real'")
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise UsageError("the field 'given' is a list of conditions such as 'W >= K'")
    if data.get("syntax", "auto") not in SYNTAXES:
        raise UsageError(f"the field 'syntax' is one of {', '.join(SYNTAXES)}")
    return Pair(data["expected"], data["student"], symbols, tuple(given))


def answer_object(name: Any, answer: Answer) -> dict[str, Any]:
    """An answer as a JSON object, its fields in their fixed order."""
    return {
        "id": name,
        "verdict": answer.verdict,
        "evidence": answer.evidence,
        "proof": answer.proof,
        "counterexample": _counterexample(answer.counterexample),
        "milliseconds": answer.milliseconds,
    }


def _counterexample(example: Counterexample | None) -> dict[str, Any] | None:
    if example is None:
        return None
    return {"point": example.point, "expected": example.expected, "student": example.student}


def _object(line: str) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise UsageError(f"longer than {MAX_LINE} characters")
    try:
        data = json.loads(line, parse_constant=_refuse)
    except RecursionError:
        raise UsageError("not JSON that can be read: it is nested too deep") from None
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "a number is too long"
        raise UsageError(f"not JSON: {reason}") from None
    if not isinstance(data, dict):
        raise UsageError("not a JSON object")
    return data


def _refuse(constant: str) -> None:
    raise UsageError(f"not JSON: {constant} is no number there")
