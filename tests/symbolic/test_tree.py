"""Names that are bound stay bound: in free_symbols, in substitution, on the way to the prover."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from autograder.symbolic.serial import decode, encode
from autograder.symbolic.substitute import substitute
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Derivative,
    Fold,
    Indexed,
    Integral,
    Interval,
    Junction,
    Limit,
    Matrix,
    Multiply,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Sequence,
    Set,
    Symbol,
    children,
    free_symbols,
    walk,
)

X, Y, K, N = (Symbol(name) for name in "xykn")
ONE, TWO = Number(Fraction(1)), Number(Fraction(2))
POSITIVE = Relation(">", X, Number(Fraction(0)))

TREES: list[Node] = [
    Piecewise(((X, POSITIVE),), Y),
    Piecewise(((X, POSITIVE),)),
    Junction("and", (POSITIVE, Relation("divides", TWO, N))),
    Matrix(((X, Y), (ONE, TWO))),
    Set((X, Y)),
    Set(()),
    Interval(X, Y, True, False),
    Sequence((X, Indexed("K", N))),
    Integral(Power(X, TWO), "x", None, X),
    Integral(Power(X, TWO), "x", ONE, Y),
    Limit(Call("sin", (X,)), "x", Constant("oo"), "left"),
    Derivative(Power(X, TWO), "x", 2, X),
    Multiply((Constant("i"), X)),
    Fold("sum", "k", ONE, N, K),
]


@pytest.mark.parametrize("node", TREES, ids=lambda node: type(node).__name__)
def test_a_tree_survives_the_way_to_the_prover(node: Node) -> None:
    assert decode(json.loads(json.dumps(encode(node)))) == node


@pytest.mark.parametrize("node", TREES, ids=lambda node: type(node).__name__)
def test_every_part_that_is_a_node_is_a_child(node: Node) -> None:
    def nodes(data: object) -> int:
        if not isinstance(data, list):
            return 0
        return sum(map(nodes, data)) + (bool(data) and isinstance(data[0], str))

    assert len(list(walk(node))) == nodes(encode(node))
    assert all(isinstance(child, Node) for child in children(node))


@pytest.mark.parametrize(
    ("node", "names"),
    [
        (Fold("sum", "k", ONE, N, K), {"n"}),
        (Fold("sum", "k", K, N, K), {"k", "n"}),
        (Integral(X, "x", ONE, X), {"x"}),
        (Integral(X, "x", ONE, Y), {"y"}),
        (Integral(X, "x", None, X), {"x"}),
        (Limit(Add((X, Y)), "x", ONE), {"y"}),
        (Derivative(X, "x", 1, X), {"x"}),
        (Derivative(Add((X, Y)), "x", 1, TWO), {"y"}),
        (Indexed("K", N), {"K[]", "n"}),
    ],
)
def test_free_symbols(node: Node, names: set[str]) -> None:
    assert free_symbols(node) == names


def test_a_part_that_stands_in_bound_and_body_is_free_only_in_the_bound() -> None:
    shared = Add((K, ONE))
    assert free_symbols(Fold("sum", "k", ONE, shared, shared)) == {"k"}


def test_substitution_leaves_bound_names_alone() -> None:
    node = Fold("sum", "k", K, N, K)
    assert substitute(node, {"k": TWO}) == Fold("sum", "k", TWO, N, K)


def test_substitution_renames_an_index_that_would_capture() -> None:
    node = Fold("sum", "k", ONE, TWO, Multiply((N, K)))
    changed = substitute(node, {"n": K})
    assert free_symbols(changed) == {"k"}
    assert isinstance(changed, Fold)
    assert changed.index != "k"


def test_the_point_of_a_derivative_is_replaced_and_its_variable_is_not() -> None:
    node = Derivative(Multiply((X, Y)), "x", 1, X)
    changed = substitute(node, {"x": TWO, "y": N})
    assert changed == Derivative(Multiply((X, N)), "x", 1, TWO)
