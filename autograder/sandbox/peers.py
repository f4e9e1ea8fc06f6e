"""Two confined processes that call each other through the grader, one message at a time.

Whoever has the turn asks or answers. An ask names an object of the other side and what to do with it; while
it is worked on, the other side may ask back. The grader passes messages on and reads none of the values.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

from autograder.sandbox.child import converse
from autograder.sandbox.values import CannotCross, Decoder, Encoder

RELAY: Final = "relay"
_PRINTED: Final = 20_000
Message = dict[str, Any]


class Lost(BaseException):
    """The other process ended; `failure` says how. No test may catch it as an ordinary exception."""

    def __init__(self, failure: Message) -> None:
        super().__init__(str(failure.get("message")))
        self.failure = failure


class Peer:
    """One side: performs what the other asks for, and asks. `perform` is what a subclass adds."""

    def __init__(self, refer: Callable[[Any], Message], resolve: Callable[[Message], Any]) -> None:
        self._refer = refer
        self._decoder = Decoder(resolve)

    def encode(self, value: Any) -> Any:
        """A value for the other side."""
        return Encoder(self._refer).encode(value)

    def decode(self, sent: Any) -> Any:
        """A value from the other side."""
        return self._decoder.decode(sent)

    def perform(self, ask: Message) -> Message:
        """Do what an ask says; the answer holds a `value`, or what was `raised`."""
        raise NotImplementedError

    def answer(self, message: Message) -> Message:
        """The message that answers an ask."""
        return {"answer": self.perform(message["ask"])}

    def ask(self, ask: Message) -> Message:
        """Ask the other side, answering what it asks meanwhile; returns its answer.

        Raises:
            Lost: the other process has ended.
        """
        message = converse({"ask": ask})["message"]
        while "ask" in message:
            message = converse(self.answer(message))["message"]
        if "failed" in message:
            raise Lost(message["failed"])
        answer: Message = message["answer"]
        return answer


class _Tee(io.TextIOBase):
    """Passes on what is printed, and keeps the beginning of it."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.kept: list[str] = []
        self.left = _PRINTED

    def write(self, text: str) -> int:
        """Print and keep."""
        self.stream.write(text)
        self.kept.append(text[: self.left])
        self.left -= len(self.kept[-1])
        return len(text)

    def flush(self) -> None:
        """Pass it on."""
        self.stream.flush()

    def writable(self) -> bool:
        """It is."""
        return True


@contextlib.contextmanager
def printing() -> Iterator[Callable[[], str]]:
    """While in it, what is printed is kept too; gives a function that says what."""
    tee = _Tee(sys.stdout)
    with contextlib.redirect_stdout(tee):
        yield lambda: "".join(tee.kept)


def malformed(error: CannotCross) -> Message:
    """The answer to an ask whose values cannot cross."""
    return {"raised": {"type": "CannotCross", "bases": ["TypeError"], "message": str(error)}}
