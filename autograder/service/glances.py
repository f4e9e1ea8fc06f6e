"""A class at a glance: everybody's newest grading without what was said about it, quickly.

A finished grading never changes. Its outcomes and credits are kept in memory, and what is the same for
answers that are the same, so that a page about a class reads no record twice.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome, OutcomeKind
from autograder.checks.text import KEPT
from autograder.exercise.model import Exercise
from autograder.service.exercises import Exercises
from autograder.service.gradings import Graded, graded_all, newest_submissions
from autograder.service.tables import Job

_MOST_KEPT: Final = 50_000
_AT_ONCE: Final = 500
_SAME: Final = "same"


class Glances:
    """Looks at classes; safe to share between threads."""

    def __init__(self, exercises: Exercises) -> None:
        self.exercises = exercises
        self._kept: OrderedDict[int, tuple[Outcome, ...] | None] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, session: Session, exercise: str) -> list[Graded]:
        """Everybody's newest grading; an outcome in it has its kind, its credit, and `sameness`."""

        def read(pairs: Sequence[tuple[Job, Exercise]]) -> Mapping[int, Grade | None]:
            return self._grades(session, pairs)

        return graded_all(self.exercises, session, newest_submissions(exercise), read)

    def _grades(
        self, session: Session, pairs: Sequence[tuple[Job, Exercise]]
    ) -> Mapping[int, Grade | None]:
        done = [(job.id, exercise) for job, exercise in pairs if job.state == "done"]
        with self._lock:
            found = {one: self._kept[one] for one, _ in done if one in self._kept}
        found |= dict(_read(session, [one for one, _ in done if one not in found]))
        with self._lock:
            for one, outcomes in found.items():
                self._kept[one] = outcomes
                self._kept.move_to_end(one)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        grades: dict[int, Grade | None] = {}
        for one, exercise in done:
            outcomes = found.get(one)
            grades[one] = None if outcomes is None else Grade(exercise, outcomes)
        return grades


def _read(
    session: Session, jobs: Sequence[int]
) -> Iterator[tuple[int, tuple[Outcome, ...] | None]]:
    for start in range(0, len(jobs), _AT_ONCE):
        some = select(Job.id, Job.record).where(Job.id.in_(jobs[start : start + _AT_ONCE]))
        for one, record in session.execute(some):
            yield one, _outcomes(record)


def _outcomes(record: str | None) -> tuple[Outcome, ...] | None:
    try:
        content: dict[str, Any] = json.loads(record or "")
        return tuple(
            _bare(
                o["question"],
                o["outcome"],
                o["credit"],
                _same(answer_in(o["data"], o["read_plain"])),
            )
            for o in content["outcomes"]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def sameness(outcome: Outcome) -> str:
    """What is the same for answers that are the same; '' where all that was read may not be all."""
    kept = outcome.data.get(_SAME)
    return kept if isinstance(kept, str) else _same(answer_in(outcome.data, outcome.read_plain))


def answer_in(data: Mapping[str, Any], read_plain: str) -> str:
    """An answer as far as a grading holds it: as it was written, or as it was read."""
    written = data.get("answer")
    return written if isinstance(written, str) and written else read_plain


def _same(answer: str) -> str:
    if not 0 < len(answer) < KEPT:
        return ""
    return hashlib.sha256(" ".join(answer.split()).encode("utf-8", "replace")).hexdigest()[:16]


@lru_cache(maxsize=50_000)
def _bare(question: str, outcome: OutcomeKind, credit: float | None, same: str) -> Outcome:
    """One object for all who did the same."""
    return Outcome(question, outcome, credit, "", data={_SAME: same})
