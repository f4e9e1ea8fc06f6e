"""The fork server: imports what jobs need once, then forks one confined child for each job.

Started as `python -m autograder.sandbox.server_main FD` with a control socket, its owner's. The owner
lets other graders in, each with a socket of its own. It holds nothing secret, because a fork copies
memory; and it has one thread, because a fork copies only one.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from typing import Any, Final

from autograder.sandbox import forking, namespaces
from autograder.sandbox.control import Malformed, close_all, receive, send
from autograder.sandbox.users import Users

# Graders send whole messages at once; one that stops in the middle must not hold up the others.
_GUEST_SECONDS: Final = 3.0
_MOST_BYTES: Final = 1 << 20


def main(descriptor: int) -> None:
    """Prepare as the first message says, then fork, and reap, until the owner's socket closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    owner = Grader(socket.socket(fileno=descriptor))
    message = receive(owner.line)[0] or {}
    # A fork of this process goes on where the namespaces need one; the socket is that one's then.
    entered = namespaces.enter() if message.get("namespaces") else ()
    forker = forking.Forker(entered, frozenset(message.get("operations", ())))
    problem = forking.prepare(message)
    send(owner.line, {"ready": problem is None, "problem": problem})
    Server(owner, forker, message.get("fixed", {})).serve()


class Grader:
    """One that asks: its line, and which of the children are its own, with their users."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.children: dict[int, int | None] = {}


class Server:
    """Serves graders one message at a time, and ends what belongs to one that is gone.

    `fixed` is what the policy of every job must say, whoever asks for it.
    """

    def __init__(self, owner: Grader, forker: forking.Forker, fixed: dict[str, Any]) -> None:
        self.owner = owner
        self.fixed = fixed
        self.graders = [owner]
        self._forker = forker
        self._users = Users()

    def serve(self) -> None:
        """Answer until the owner is gone; this process's end is that of every child."""
        while self.owner in self.graders:
            ready, _, _ = select.select([grader.line for grader in self.graders], [], [])
            for grader in [grader for grader in self.graders if grader.line in ready]:
                if not self._attend(grader):
                    self._dismiss(grader)

    def _attend(self, grader: Grader) -> bool:
        """Answer one message; returns whether the grader can go on."""
        try:
            message, descriptors = receive(grader.line, _MOST_BYTES)
            if message is None:
                return False
            try:
                answer = self._answer(grader, message, descriptors)
            finally:
                close_all(descriptors)
            send(grader.line, answer)
        except (OSError, ValueError, KeyError, TypeError):
            return False  # it is gone, or talks nonsense; either way it is its own matter
        return True

    def _answer(
        self, grader: Grader, message: dict[str, Any], descriptors: list[int]
    ) -> dict[str, Any]:
        if message["do"] == "fork":
            return self._fork(grader, message, descriptors)
        if message["do"] == "reap" and message["pid"] in grader.children:
            return self._reap(grader, message["pid"])
        if message["do"] == "admit" and grader is self.owner:
            return self._admit(descriptors)
        raise Malformed("nothing that this grader may ask for")

    def _fork(
        self, grader: Grader, message: dict[str, Any], descriptors: list[int]
    ) -> dict[str, Any]:
        request, reply, output = descriptors
        policy = message["policy"]
        if any(policy[name] != value for name, value in self.fixed.items()):
            raise Malformed("a job under other layers than the owner's")
        is_own = policy["confined"] and "own-user" not in policy["without"]
        policy["user"] = self._users.lend() if is_own else None
        try:
            pid = self._forker.fork(message, (request, reply, output))
        except OSError as error:
            if policy["user"] is not None:
                self._users.take_back(policy["user"])
            return {"problem": f"cannot fork: {os.strerror(error.errno or 0)}"}
        grader.children[pid] = policy["user"]
        return {"pid": pid}

    def _reap(self, grader: Grader, pid: int) -> dict[str, Any]:
        """End a child; the answer tells the user of whom something is `left` that cannot be ended."""
        user = grader.children.pop(pid)
        end = forking.reap(pid)
        is_clean = user is None or self._users.take_back(user)
        return end if is_clean else {**end, "left": user}

    def _admit(self, descriptors: list[int]) -> dict[str, Any]:
        """Let another grader in, whose line is the descriptor that came."""
        (descriptor,) = descriptors
        line = socket.socket(fileno=os.dup(descriptor))
        line.settimeout(_GUEST_SECONDS)
        self.graders.append(Grader(line))
        return {"admitted": True}

    def _dismiss(self, grader: Grader) -> None:
        """Forget a grader and end its children."""
        self.graders.remove(grader)
        grader.line.close()
        for pid in list(grader.children):
            self._reap(grader, pid)


if __name__ == "__main__":
    main(int(sys.argv[1]))
