"""The socket between grader and fork server: length-prefixed msgpack, with descriptors beside it.

Both ends are ours. No child inherits it.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from typing import Any, Final

import msgpack

_LENGTH: Final = struct.Struct(">I")
_MOST_DESCRIPTORS: Final = 4


def send(control: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send a message, and open descriptors with it.

    Raises:
        OSError: the other end is gone.
    """
    body = msgpack.packb(message)
    data = _LENGTH.pack(len(body)) + body
    sent = socket.send_fds(control, [data], list(descriptors))
    control.sendall(data[sent:])


def receive(control: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """The next message and the descriptors that came with it; None when the other end has closed.

    Raises:
        OSError: it took longer than the socket's time-out.
    """
    header, descriptors, _, _ = socket.recv_fds(control, _LENGTH.size, _MOST_DESCRIPTORS)
    rest = _exactly(control, _LENGTH.size - len(header)) if header else None
    if rest is None:
        return None, list(descriptors)
    (length,) = _LENGTH.unpack(header + rest)
    body = _exactly(control, length)
    return (None if body is None else msgpack.unpackb(body)), list(descriptors)


def _exactly(control: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        chunk = control.recv(count - len(data))
        if not chunk:
            return None
        data += chunk
    return bytes(data)
