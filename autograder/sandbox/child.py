"""The student's side: answers requests over two pipes, one at a time, until the pipe closes.

A request names an operation, `module:function`, of a module that the fork server has loaded, and
its arguments. The operation is our code; it runs beside the student's and its answer is worth no more
than theirs. The first argument of every operation is the job's own state, a dict.
"""

from __future__ import annotations

import os
import sys
import traceback
from types import CodeType
from typing import Any, Final

from autograder.sandbox.confine import REPLY, REQUEST
from autograder.sandbox.frames import LENGTH, MAX_FRAME, FrameError, pack, unpack
from autograder.sandbox.manners import ProcessesNotAllowed

_MESSAGE: Final = 2_000
# What Python says when the limit on threads is reached.
_NO_THREAD: Final = "can't start new thread"
SOURCES: Final = "__sources__"


class Refusal(Exception):
    """An operation's word that the student's code did not do what the task asks, and what."""


class StudentError(Exception):
    """An exception of the student's own code, kept until a later operation needs its result."""

    def __init__(self, description: dict[str, Any]) -> None:
        super().__init__(description["message"])
        self.description = description


def serve(operations: frozenset[str], hello: dict[str, Any]) -> None:
    """Say hello, then answer requests; never returns."""
    state: dict[str, Any] = {}
    send({"hello": hello})
    while True:
        request = _receive()
        if request is None:
            os._exit(0)
        _current[:] = [request.get("id")]
        reply(_answer(request, state, operations))


_current: list[Any] = [None]


def reply(content: dict[str, Any]) -> None:
    """Answer the request at hand; an answer that cannot cross is said to be so."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        send({"id": _current[0], **content})
    except FrameError as error:
        send({"id": _current[0], "refused": str(error)})


def converse(value: Any) -> dict[str, Any]:
    """Answer the request at hand with `value` and return the arguments of the next one.

    For an operation that needs something from outside in the middle of its work: it answers with a
    question, and the next request brings what was asked for.
    """
    reply({"value": value})
    request = _receive()
    if request is None:
        os._exit(0)
    _current[:] = [request.get("id")]
    arguments: dict[str, Any] = request.get("arguments", {})
    return arguments


def _answer(
    request: dict[str, Any], state: dict[str, Any], operations: frozenset[str]
) -> dict[str, Any]:
    module, _, name = str(request.get("operation")).partition(":")
    if module not in operations:
        return {"internal": f"the operation {module}:{name} is not loaded"}
    try:
        function = getattr(sys.modules[module], name)
        return {"value": function(state, **request.get("arguments", {}))}
    except Refusal as refusal:
        return {"refused": str(refusal)[:_MESSAGE]}
    except StudentError as error:
        return {"error": error.description}
    except MemoryError:
        return {"memory": True}
    except BaseException as error:
        said = describe(error, state)
        # Calls into student code are marked as theirs; an unmarked error without a line of
        # theirs is a mistake of the operation.
        if said["where"] is None and not said["processes"]:
            return {"internal": f"{said['type']}: {said['message']}"}
        return {"error": said}


def describe(error: BaseException, state: dict[str, Any]) -> dict[str, Any]:
    """An exception in words, with the last place in the student's own sources."""
    where, line = _place(error, state.get(SOURCES, {}))
    try:
        message = str(error)
    except BaseException:  # a student's exception may fail to describe itself
        message = "an exception that cannot be shown"
    return {
        "type": _sendable(type(error).__name__[:200]),
        "message": _sendable(message[:_MESSAGE]),
        "where": where,
        "line": None if line is None else _sendable(line),
        "processes": isinstance(error, ProcessesNotAllowed) or message == _NO_THREAD,
    }


def _sendable(text: str) -> str:
    """The text without halves of surrogate pairs, which no encoding takes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _place(
    error: BaseException, sources: dict[str, tuple[str, list[str]]]
) -> tuple[str | None, str | None]:
    """`cell 5, line 3` and the text of that line, for the innermost frame in student code."""
    if isinstance(error, SyntaxError) and error.filename in sources:
        label, lines = sources[error.filename]
        return _shown(label, lines, error.lineno or 1)
    place: tuple[str | None, str | None] = (None, None)
    step = error.__traceback__
    while step is not None:
        code: CodeType = step.tb_frame.f_code
        if code.co_filename in sources:
            label, lines = sources[code.co_filename]
            place = _shown(label, lines, step.tb_lineno or 1)
        step = step.tb_next
    return place


def _shown(label: str, lines: list[str], number: int) -> tuple[str, str | None]:
    text = lines[number - 1].strip()[:300] if 0 < number <= len(lines) else None
    return f"{label}, line {number}", text


def _receive() -> dict[str, Any] | None:
    header = _read(LENGTH.size)
    if header is None:
        return None
    (length,) = LENGTH.unpack(header)
    body = _read(length) if length <= MAX_FRAME else None
    value = None if body is None else unpack(body)
    return value if isinstance(value, dict) else None


def _read(count: int) -> bytes | None:
    chunks: list[bytes] = []
    while count:
        chunk = os.read(REQUEST, min(count, 1 << 20))
        if not chunk:
            return None
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)


def send(value: dict[str, Any]) -> None:
    """Write one frame to the grader."""
    data = memoryview(pack(value))
    while data:
        data = data[os.write(REPLY, data) :]


def first_line(error: BaseException) -> str:
    """The last line of a traceback: `TypeError: ...`."""
    return traceback.format_exception_only(error)[-1].strip()[:_MESSAGE]
