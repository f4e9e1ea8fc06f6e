"""What the nodes of a cluster offer, and how many grading processes that is enough for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any


@dataclass(frozen=True)
class Need:
    """What one grading process takes: cores, and a share of a GPU."""

    cpus: float = 1.0
    gpus: float = 0.0

    def __str__(self) -> str:
        share = f" and {self.gpus:g} of a GPU" if self.gpus else ""
        return f"{self.cpus:g} CPU{share}"


@dataclass(frozen=True)
class Node:
    """A node that is alive: its id with Ray, its address, what it has in all."""

    id: str
    address: str
    cpus: float
    gpus: float

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Node:
        """The node of Ray's description."""
        has = told["Resources"]
        return cls(
            told["NodeID"], told["NodeManagerAddress"], has.get("CPU", 0.0), has.get("GPU", 0.0)
        )

    def __str__(self) -> str:
        return f"{self.address} ({self.cpus:g} CPU, {self.gpus:g} GPU)"

    def room(self, need: Need) -> int:
        """How many processes of this need it has room for."""
        room = int(self.cpus / need.cpus)
        if need.gpus:
            # A share lies on one GPU: three of 0.4 do not fit on one and a fifth.
            room = min(room, int(self.gpus) * int(1 / need.gpus + 1e-9))
        return room


def alive(told: Iterable[Mapping[str, Any]]) -> list[Node]:
    """The living nodes of Ray's list, in a fixed order."""
    nodes = [Node.of(one) for one in told if one["Alive"]]
    return sorted(nodes, key=lambda node: (node.address, node.id))


def posts(nodes: Iterable[Node], need: Need) -> list[Node]:
    """The nodes to start processes on, one entry for each process; every node gets a first one first."""
    columns = zip_longest(*([node] * node.room(need) for node in nodes))
    return [node for column in columns for node in column if node is not None]


def describe(posts: Sequence[Node]) -> str:
    """How many processes there are to be, on how many nodes."""
    nodes = len({node.id for node in posts})
    processes = "1 process" if len(posts) == 1 else f"{len(posts)} processes"
    return (
        f"Grading in {processes} on {'1 node' if nodes == 1 else f'{nodes} nodes'} of the cluster"
    )


def refusal(nodes: Iterable[Node], need: Need) -> str:
    """Why no node can run a process of this need."""
    have = "; ".join(map(str, nodes)) or "there is none"
    return f"no node of the cluster has the {need} that a grading process takes; the nodes: {have}"
