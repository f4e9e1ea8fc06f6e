"""`python -m autograder.grading.batch.cluster.bridge FD`: the process that speaks with Ray.

It stands between the grader and the cluster, because Ray ends the process it runs in when it loses
its head or its own node, and writes to its terminal. The grader gets a socket for each grading
process out there, as if it ran on this machine; when one is lost, its socket closes and another
takes its place.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgpack
import ray
from ray import cloudpickle
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from autograder.grading.batch.cluster import station
from autograder.grading.batch.cluster.offers import Need, Node, alive, describe, posts, refusal
from autograder.sandbox import control

START_SECONDS: Final = 180.0
# As long as all nodes are gone: one may be on its way back.
ALONE_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 1.0
_POLL_SECONDS: Final = 0.5
_MOST_FAILED_STARTS: Final = 3
_STORE_BYTES: Final = 256 << 20


class Refused(Exception):
    """The cluster cannot do it, or can no longer; says why."""


def main() -> None:
    """Serve until the grader closes the socket."""
    grader = socket.socket(fileno=int(sys.argv[1]))
    order, _ = control.receive(grader)
    if order is not None:
        bridge = Bridge(grader, order)
        try:
            bridge.run()
        except Refused as refused:
            bridge.tell({"refused": str(refused), "served": bridge.has_served})
        finally:
            with contextlib.suppress(Exception):
                ray.shutdown()
            # The grader does it too, unless it was killed.
            shutil.rmtree(order["folder"], ignore_errors=True)
    # Threads may still wait for what will never come.
    os._exit(0)


class Bridge:
    """All grading processes of a run: each has a thread that attends to it."""

    def __init__(self, grader: socket.socket, order: dict[str, Any]) -> None:
        self.grader = grader
        self.order = order
        self.need = Need(gpus=order["gpus"])
        self.has_served = False
        self._attended: dict[str, list[threading.Thread]] = {}
        self._failed_starts: Counter[str] = Counter()
        self._refused: dict[str, str] = {}
        self._serving = 0
        self._lock = threading.Lock()

    def run(self) -> None:
        """1. Join or start a cluster; 2. see what it offers; 3. staff it, as nodes come and go.

        Raises:
            Refused: it cannot do it, or has no node left.
        """
        self._join()
        nodes = alive(ray.nodes())
        wanted = posts(nodes, self.need)[: self.order["jobs"]]
        if not wanted:
            raise Refused(refusal(nodes, self.need))
        self.tell({"note": describe(wanted)})
        cloudpickle.register_pickle_by_value(station)
        self._cargo = ray.put(self.order["cargo"])
        self._stations = ray.remote(station.Station)
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._staff()
            if self._grader_has_left(_LOOK_SECONDS):
                return
            if self._serving:
                deadline = time.monotonic() + ALONE_SECONDS
            elif time.monotonic() > deadline:
                raise Refused(self._why_nobody_serves())

    def tell(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Say something to the grader, if it is still there."""
        with self._lock, contextlib.suppress(OSError):
            control.send(self.grader, message, descriptors)

    def _join(self) -> None:
        address, jobs = self.order["address"], self.order["jobs"]
        own = {
            "num_cpus": min(jobs, len(os.sched_getaffinity(0))),
            "include_dashboard": False,
            "object_store_memory": _STORE_BYTES,
            "_temp_dir": f"{self.order['folder']}/ray",
        }
        quiet = {"log_to_driver": False, "logging_level": "ERROR"}
        where = f"join the cluster at {address}" if address else "start a cluster here"
        watch = threading.Timer(START_SECONDS, self._give_up, [f"Ray did not {where} in time"])
        watch.daemon = True
        watch.start()
        try:
            ray.init(address=address or "local", **quiet, **({} if address else own))
        except Exception as error:  # of many kinds, for many reasons
            said = " ".join(str(error).split())[:500]
            raise Refused(f"Ray cannot {where}: {said}") from None
        finally:
            watch.cancel()

    def _give_up(self, why: str) -> None:
        """End this process, which waits for Ray."""
        self.tell({"refused": why, "served": False})
        os._exit(1)

    def _grader_has_left(self, seconds: float) -> bool:
        """Whether the grader has closed the socket: it says nothing more. Waits so long to see."""
        return bool(select.select([self.grader], [], [], seconds)[0])

    def _staff(self) -> None:
        """See that every post has a process, as far as as many are wanted.

        Raises:
            Refused: no node is of use.
        """
        nodes = [node for node in alive(ray.nodes()) if node.id not in self._refused]
        wanted = posts(nodes, self.need)[: self.order["jobs"]]
        if not wanted and self._refused and not self.has_served:
            raise Refused("; ".join(sorted(set(self._refused.values()))))
        for node, number in Counter(wanted).items():
            threads = [one for one in self._attended.get(node.id, ()) if one.is_alive()]
            for _ in range(number - len(threads)):
                threads.append(threading.Thread(target=self._attend, args=[node], daemon=True))
                threads[-1].start()
            self._attended[node.id] = threads

    def _attend(self, node: Node) -> None:
        """Start a grading process on a node, and pass messages until one of the three is gone."""
        try:
            self._start(node)
        except OSError:
            return  # the grader has left
        except Exception as error:  # Ray has many; the next try may go well
            self._cannot_start(node, "gone", _line(error))

    def _start(self, node: Node) -> None:
        here = NodeAffinitySchedulingStrategy(node.id, soft=False)
        actor = self._stations.options(
            num_cpus=self.need.cpus,
            num_gpus=self.need.gpus,
            max_restarts=0,
            max_task_retries=0,
            scheduling_strategy=here,
        ).remote(self.order["digest"], self._cargo, self.order["module"], self.order["start"])
        try:
            word, told = self._answer(actor.begin.remote(self.order["versions"]), self.grader)
            if word == "ready":
                self._failed_starts[node.id] = 0
                self._serve(node, actor, told)
            else:
                self._cannot_start(node, word, told)
        finally:
            ray.kill(actor)

    def _serve(self, node: Node, actor: Any, greeting: bytes) -> None:
        """Give the grader a socket to the process, and answer what comes from there."""
        channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with channel:
            with theirs:
                self.tell({"worker": node.address}, [theirs.fileno()])
            self.has_served = True
            self._count(1)
            try:
                with contextlib.suppress(OSError):
                    channel.sendall(greeting)
                    while (task := station.receive(channel)) is not None:
                        channel.sendall(self._graded(node, actor, task, channel))
            finally:
                self._count(-1)

    def _graded(self, node: Node, actor: Any, task: bytes, channel: socket.socket) -> bytes:
        """The process's answer to a task; where there is none, a message that says why.

        Raises:
            OSError: the grader no longer waits for it.
        """
        try:
            word, told = self._answer(actor.grade.remote(task), channel)
        except RayError as error:
            word, told = "gone", _line(error)
        if word == "answer":
            return bytes(told)
        return station.framed(msgpack.packb({"gone": f"{told} (on {node.address})"}))

    def _answer(self, pending: Any, channel: socket.socket) -> tuple[str, Any]:
        """What a call on a node gives.

        Raises:
            RayError: the process or its node is lost.
            OSError: the grader has closed this socket meanwhile.
        """
        while not ray.wait([pending], timeout=_POLL_SECONDS)[0]:
            if select.select([channel], [], [], 0)[0]:
                raise ConnectionError("the grader has left")
        word, told = ray.get(pending)
        return str(word), told

    def _cannot_start(self, node: Node, word: str, told: Any) -> None:
        """A node is of no use when it differs, or when three starts in a row have failed."""
        if word == "differs":
            self._refuse(node, f"{node.address} has {_differences(told, self.order['versions'])}")
            return
        self._failed_starts[node.id] += 1
        if self._failed_starts[node.id] >= _MOST_FAILED_STARTS:
            self._refuse(node, f"no grading process can start on {node.address}: {told}")

    def _refuse(self, node: Node, why: str) -> None:
        if node.id not in self._refused:
            self._refused[node.id] = why
            self.tell({"note": why})

    def _count(self, change: int) -> None:
        with self._lock:
            self._serving += change

    def _why_nobody_serves(self) -> str:
        if self.has_served:
            return "the cluster has no node left that can grade"
        return (
            f"no grading process has started on the cluster within {START_SECONDS:.0f} seconds; "
            "others may be using its processors"
        )


def _differences(here: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """How a node's versions differ, in words."""
    return ", ".join(
        f"{name} {here[name] or '(none)'}, not {wanted[name] or '(none)'}" for name in sorted(here)
    )


def _line(error: Exception) -> str:
    """The first line of what Ray says."""
    return str(error).strip().split("\n")[0][:300]


if __name__ == "__main__":
    main()
