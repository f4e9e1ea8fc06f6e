"""`python -m autograder.service.grader FD [LINE]`: grades what comes over a socket, of any exercise.

The first message says how; each further one is a submission with the bundle of its exercise (the first
time), answered by one message, and before it, where that is wanted, by what is done so far. LINE leads
to a fork server that several graders share. The process ends when the other end closes, or dies.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from autograder.checks.catalogue import load
from autograder.checks.grade import Grade
from autograder.checks.record import grade_record
from autograder.exercise.bundle import unpack
from autograder.exercise.model import Exercise
from autograder.grading.batch.crew import PARTIAL
from autograder.grading.batch.work import failure
from autograder.grading.batch.worker import Message, answer_all, attend, files_of
from autograder.grading.grade import Options, grade_files
from autograder.grading.memo import Memo
from autograder.grading.session import Session
from autograder.sandbox import control

# What is judged is kept for each exercise; there may be many.
_MEMO_BYTES: Final = 4 << 20
_TELL_SECONDS: Final = 0.3


def main() -> int:
    """Serve until the socket closes."""
    return attend(_serve)


def _serve(channel: socket.socket, start: Message) -> None:
    options = Options(**start["options"])
    with tempfile.TemporaryDirectory(prefix="autograder-exercises-") as folder:
        shelf = _Shelf(Path(folder))

        def answer(task: Message, session: Session) -> Message:
            with _Progress(channel, wanted=start[PARTIAL]) as progress:
                return _answer(task, shelf, options, session, progress.show)

        answer_all(channel, options, answer)


def _answer(
    task: Message,
    shelf: _Shelf,
    options: Options,
    session: Session,
    tell: Callable[[Grade], None],
) -> Message:
    """The record of a submission as JSON, or why there is none."""
    try:
        exercise, memo = shelf.take(task["exercise"], task["bundle"])
        files = files_of(task)
        graded = grade_files(exercise, files, options, session, memo=memo, on_outcome=tell)
    except Exception as error:  # it is told, and the other submissions go on
        return {"problem": failure(error), "learned": []}
    return {"record": json.dumps(grade_record(graded)), "learned": []}


class _Progress:
    """Tells how far a submission is, now and then: written answers come by the dozen in a blink."""

    def __init__(self, channel: socket.socket, *, wanted: bool) -> None:
        self.channel = channel
        self._latest: Grade | None = None
        self._done = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True) if wanted else None

    def __enter__(self) -> _Progress:
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def show(self, partial: Grade) -> None:
        """Take note of the grade so far."""
        self._latest, self._done = partial, self._done + 1

    def _tell(self) -> None:
        told = None
        with contextlib.suppress(
            OSError
        ):  # the other end has closed; the next message says so, too
            while not self._over.wait(_TELL_SECONDS):
                latest, done = self._latest, self._done
                if latest is not None and latest is not told:
                    record = json.dumps(grade_record(latest))
                    control.send(self.channel, {PARTIAL: record, "done": done})
                    told = latest


class _Shelf:
    """The exercises that have come so far, each with what was judged in it, by their bundles' digests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, tuple[Exercise, Memo]] = {}

    def take(self, digest: str, bundle: bytes | None) -> tuple[Exercise, Memo]:
        """An exercise; its bundle must have come now or before."""
        if digest not in self._open:
            assert bundle is not None
            exercise = load(unpack(bundle, self.folder / digest))
            self._open[digest] = exercise, Memo(_MEMO_BYTES)
        return self._open[digest]


if __name__ == "__main__":
    sys.exit(main())
