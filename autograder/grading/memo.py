"""Outcomes of written answers that were judged before: a class's identical answers are judged once.

An outcome of a written answer that needed no code to run depends on the question, the answer's text
and parts, and on whether a dash may be a bullet, and on nothing else: the program, the exercise and
the seed are those of the run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Final

from autograder.checks.outcome import Outcome
from autograder.checks.record import outcome_record, read_outcome
from autograder.exercise.model import Question
from autograder.submission.model import TextAnswer

MOST_BYTES: Final = 32 << 20

Learned = tuple[str, str]


class Memo:
    """Outcomes by answer, up to so many bytes; what is new can be told to others."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._records: dict[str, str] = {}
        self._bytes = 0
        self._new: list[Learned] = []

    def get(self, question: Question, written: TextAnswer) -> Outcome | None:
        """The outcome of this answer, if it was judged before."""
        record = self._records.get(_key(question, written))
        return None if record is None else read_outcome(json.loads(record))

    def put(self, question: Question, written: TextAnswer, outcome: Outcome) -> None:
        """Keep an outcome, unless it was our failure: another try may go well."""
        if not outcome.is_ours:
            learned = (_key(question, written), json.dumps(outcome_record(outcome)))
            if self._keep(learned):
                self._new.append(learned)

    def learn(self, learned: Iterable[Learned]) -> None:
        """Take in what others have judged."""
        for one in learned:
            self._keep(one)

    def take_new(self) -> list[Learned]:
        """What was judged here since the last call."""
        new, self._new = self._new, []
        return new

    def _keep(self, learned: Learned) -> bool:
        key, record = learned
        size = len(key) + len(record)
        if key in self._records or self._bytes + size > self.most_bytes:
            return False
        self._records[key] = record
        self._bytes += size
        return True


def _key(question: Question, written: TextAnswer) -> str:
    fields = None if written.fields is None else list(written.fields.items())
    content = json.dumps([question.id, written.text, fields, written.is_markdown])
    return hashlib.sha256(content.encode()).hexdigest()
