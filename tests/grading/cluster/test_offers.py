"""How many grading processes fit on which nodes, and in which order they are started."""

from __future__ import annotations

from autograder.grading.batch.cluster.offers import (
    Need,
    Node,
    alive,
    describe,
    posts,
    refusal,
)


def node(name: str, cpus: float, gpus: float = 0.0) -> Node:
    return Node(name, f"10.0.0.{name}", cpus, gpus)


def test_every_core_is_a_post_and_every_node_gets_a_first_one_first() -> None:
    big, small = node("1", 3.0), node("2", 1.5)
    assert posts([big, small], Need()) == [big, small, big, big]
    assert describe([big, small, big, big]) == "Grading in 4 processes on 2 nodes of the cluster"
    assert describe([small]) == "Grading in 1 process on 1 node of the cluster"


def test_shares_of_gpus_bound_the_posts() -> None:
    assert node("1", 16, 1).room(Need(gpus=0.25)) == 4
    assert node("1", 2, 1).room(Need(gpus=0.25)) == 2
    assert node("1", 16, 0).room(Need(gpus=0.25)) == 0
    # Two shares of 0.4 fit on a GPU, and a share never lies on two.
    assert node("1", 16, 2).room(Need(gpus=0.4)) == 4


def test_what_no_node_has_is_said_with_what_the_nodes_have() -> None:
    nodes = [node("1", 4), node("2", 8)]
    assert posts(nodes, Need(gpus=0.25)) == []
    assert refusal(nodes, Need(gpus=0.25)) == (
        "no node of the cluster has the 1 CPU and 0.25 of a GPU that a grading process takes; "
        "the nodes: 10.0.0.1 (4 CPU, 0 GPU); 10.0.0.2 (8 CPU, 0 GPU)"
    )


def test_the_dead_are_not_counted() -> None:
    told = [
        {"NodeID": "b", "NodeManagerAddress": "10.0.0.2", "Alive": True, "Resources": {"CPU": 2.0}},
        {"NodeID": "a", "NodeManagerAddress": "10.0.0.1", "Alive": False, "Resources": {}},
    ]
    assert alive(told) == [Node("b", "10.0.0.2", 2.0, 0.0)]
