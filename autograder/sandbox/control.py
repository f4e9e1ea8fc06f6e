"""Sockets between processes of ours: length-prefixed msgpack, with descriptors beside it.

Grader and fork server talk over one. No child inherits it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Sequence
from typing import Any, Final

import msgpack

from autograder.errors import InternalError

_LENGTH: Final = struct.Struct(">I")
_MOST_DESCRIPTORS: Final = 4
_MOST_BYTES: Final = 1 << 30


class Malformed(ValueError):
    """What came is no message, or one that its receiver knows nothing to do with."""


def send(control: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send a message, and open descriptors with it.

    Raises:
        OSError: the other end is gone.
    """
    body = msgpack.packb(message)
    data = _LENGTH.pack(len(body)) + body
    sent = socket.send_fds(control, [data], list(descriptors))
    if sent < len(data):  # to send nothing is an error too, where the other end has just closed
        control.sendall(data[sent:])


def receive(
    control: socket.socket, most: int = _MOST_BYTES
) -> tuple[dict[str, Any] | None, list[int]]:
    """The next message and the descriptors that came with it; None when the other end has closed.

    `most` is how many bytes a message may have.

    Raises:
        OSError: it took longer than the socket's time-out.
        Malformed: it is too long, or no message.
    """
    header, descriptors, _, _ = socket.recv_fds(control, _LENGTH.size, _MOST_DESCRIPTORS)
    message = None
    try:
        message = _message(control, header, most) if header else None
    finally:
        if message is None:
            close_all(descriptors)
    return message, [] if message is None else list(descriptors)


def close_all(descriptors: Sequence[int]) -> None:
    """Close descriptors, some of which may be closed already."""
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _message(control: socket.socket, header: bytes, most: int) -> dict[str, Any] | None:
    rest = _exactly(control, _LENGTH.size - len(header))
    if rest is None:
        return None
    (length,) = _LENGTH.unpack(header + rest)
    if length > most:
        raise Malformed(f"a message of {length} bytes")
    body = _exactly(control, length)
    if body is None:
        return None
    try:
        message = msgpack.unpackb(body)
    except ValueError as error:
        raise Malformed(str(error)) from None
    if not isinstance(message, dict):
        raise Malformed("a message that is no mapping")
    return message


def _exactly(control: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        chunk = control.recv(count - len(data))
        if not chunk:
            return None
        data += chunk
    return bytes(data)


class Line:
    """The grader's end of the socket; threads that ask take turns. `is_broken` after the first failure."""

    def __init__(self, end: socket.socket, seconds: float) -> None:
        self.is_broken = False
        self._end = end
        self._lock = threading.Lock()
        self.allow(seconds)

    def allow(self, seconds: float) -> None:
        """Wait this long for an answer from now on."""
        self._end.settimeout(seconds)

    def ask(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> dict[str, Any]:
        """Send a message and wait for its answer.

        Raises:
            InternalError: the fork server is gone, or does not answer.
        """
        with self._lock:
            self._tell(message, descriptors)
            return self._hear()

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message whose answer `hear` waits for later.

        Raises:
            InternalError: the fork server is gone.
        """
        with self._lock:
            self._tell(message, ())

    def hear(self) -> dict[str, Any]:
        """Wait for the answer to what was told.

        Raises:
            InternalError: the fork server is gone, or does not answer.
        """
        with self._lock:
            return self._hear()

    def interrupt(self) -> None:
        """Let a thread that waits for an answer know that none will come."""
        with contextlib.suppress(OSError):
            self._end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close this end, which ends what the other end does for it."""
        self._end.close()

    def _tell(self, message: dict[str, Any], descriptors: Sequence[int]) -> None:
        try:
            send(self._end, message, descriptors)
        except OSError as error:
            self._break()
            raise InternalError(f"the sandbox is gone: {error}") from None

    def _hear(self) -> dict[str, Any]:
        answer = None
        with contextlib.suppress(OSError, Malformed):
            answer = receive(self._end)[0]
        if answer is None:
            self._break()
            raise InternalError("the sandbox's fork server does not answer")
        return answer

    def _break(self) -> None:
        """Use this no more: an answer that comes late would be taken for the next one."""
        self.is_broken = True
        self.interrupt()
