"""The sockets between processes of ours."""

from __future__ import annotations

import contextlib
import os
import socket
import threading

import pytest

from autograder.errors import InternalError
from autograder.sandbox import control


def test_a_message_as_large_as_a_hand_in_crosses() -> None:
    one, two = socket.socketpair()
    message = {"files": [["net.py", os.urandom(5 << 20)]]}
    with one, two:
        sender = threading.Thread(target=control.send, args=(one, message))
        sender.start()
        assert control.receive(two) == (message, [])
        sender.join()


def test_a_message_that_is_larger_than_its_receiver_allows_is_refused() -> None:
    one, two = socket.socketpair()
    with one, two:
        control.send(one, {"text": "x" * 1000})
        with pytest.raises(control.Malformed, match="bytes"):
            control.receive(two, most=1000)


def test_descriptors_of_a_message_that_is_none_are_closed() -> None:
    one, two = socket.socketpair()
    reading, writing = os.pipe()
    with one, two:
        socket.send_fds(one, [b"\0\0\0\1\xc1"], [writing])
        os.close(writing)
        with pytest.raises(control.Malformed):
            control.receive(two)
    assert os.read(reading, 1) == b""  # nobody holds the other end any more
    os.close(reading)


def test_after_an_answer_that_is_late_nothing_is_asked_any_more() -> None:
    ours, theirs = socket.socketpair()
    line = control.Line(ours, 0.05)
    with theirs:
        with pytest.raises(InternalError, match="does not answer"):
            line.ask({"do": "one"})
        assert line.is_broken
        with contextlib.suppress(OSError):
            control.send(theirs, {"answer": "to the first"})
        with pytest.raises(InternalError):
            line.ask({"do": "two"})
    line.close()
