"""`python -m autograder.grading.batch.worker FD [LINE]`: grades what comes over a socket.

The first message says which exercise and how; each further one is a task, answered by one message.
LINE leads to a fork server that several workers share. The process ends when the other end closes,
or dies.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from autograder.checks.catalogue import load
from autograder.errors import AutograderError
from autograder.exercise.model import Exercise
from autograder.grading.batch.work import failure, record_of
from autograder.grading.grade import Options
from autograder.grading.memo import Memo
from autograder.grading.session import Session
from autograder.sandbox import control
from autograder.sandbox.shared import SharedServer
from autograder.submission.files import FileSet

_PR_SET_PDEATHSIG: Final = 1


Message = dict[str, Any]


def main() -> int:
    """Serve until the socket closes."""
    return attend(_serve)


def attend(serve: Callable[[socket.socket, Message], None]) -> int:
    """Let `serve` have the socket that this process was started with, and the first message from it."""
    _die_with_the_parent()
    with socket.socket(fileno=int(sys.argv[1])) as channel, contextlib.suppress(OSError):
        start, _ = control.receive(channel)
        if start is not None:
            serve(channel, start)
    return 0


def answer_all(
    channel: socket.socket, options: Options, answer: Callable[[Message, Session], Message]
) -> None:
    """Answer every message with one, in a session, until the other end closes.

    It ends as well when the fork server that it shares is gone: this task and all further ones are for
    a process with another fork server.
    """
    shared = SharedServer(int(sys.argv[2])) if len(sys.argv) > 2 else None
    with Session(options.device, confined=options.confined, shared=shared) as session:
        control.send(channel, {"ready": True})
        while (task := control.receive(channel)[0]) is not None:
            reply = answer(task, session)
            if shared is not None and shared.is_gone:
                return
            control.send(channel, reply)


def _die_with_the_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _serve(channel: socket.socket, start: dict[str, Any]) -> None:
    options = Options(**start["options"])
    try:
        exercise = load(Path(start["exercise"]))
    except AutograderError as error:
        control.send(channel, {"problem": str(error)})
        return
    memo = Memo() if start["memo"] else None
    answer_all(
        channel, options, lambda task, session: _answer(task, exercise, options, session, memo)
    )


def _answer(
    task: dict[str, Any],
    exercise: Exercise,
    options: Options,
    session: Session,
    memo: Memo | None,
) -> dict[str, Any]:
    """The record of a task as JSON, or why there is none; and what was judged for the first time."""
    if memo is not None:
        memo.learn((key, record) for key, record in task["known"])
    try:
        record = record_of(
            exercise, files_of(task), options, session, questions=task["questions"], memo=memo
        )
    except Exception as error:  # it is told, and the other submissions go on
        return {"problem": failure(error), "learned": []}
    return {"record": json.dumps(record), "learned": memo.take_new() if memo is not None else []}


def message_of(files: FileSet) -> dict[str, Any]:
    """Files as a message."""
    return {"files": list(files.files.items()), "notes": files.notes, "unread": files.unread}


def files_of(message: dict[str, Any]) -> FileSet:
    """The files of a message."""
    files = FileSet()
    for name, data in message["files"]:
        files.add(name, data)
    files.notes, files.unread = message["notes"], message["unread"]
    return files


if __name__ == "__main__":
    sys.exit(main())
