"""A proof is never wrong: random formulas, their rewritings and mutants, held against numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.symbolic.balls import differ
from autograder.symbolic.compare import Comparer
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.form.prove import Facts, proved
from autograder.symbolic.sample import Points
from autograder.symbolic.tree import (
    Add,
    Call,
    Divide,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
)
from tests.symbolic.tables import table_of

TABLE = table_of(x="real", y="real", u="positive", n="positive integer", m="integer", q="in (0, 1)")
FACTS = Facts(TABLE.symbols)
POINTS = Points(TABLE.symbols, {}, seed=7).first(40)

LEAVES = st.sampled_from(
    [*(Symbol(name) for name in TABLE.symbols), *(Number(Fraction(k)) for k in (0, 1, 2, -1, 3))]
)
FUNCTIONS = (
    "sqrt abs exp log sin cos tan floor ceil sign tanh relu sigmoid atan asin factorial".split()
)


def larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = st.tuples(inner, inner)
    small = st.sampled_from([Number(Fraction(k)) for k in (2, -1, 3)] + [Number(Fraction(1, 2))])
    return st.one_of(
        pairs.map(Add),
        pairs.map(Multiply),
        pairs.map(lambda pair: Divide(*pair)),
        inner.map(Negate),
        st.tuples(inner, small).map(lambda pair: Power(*pair)),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(lambda pair: Call(pair[0], (pair[1],))),
        pairs.map(lambda pair: Call("max", pair)),
    )


FORMULAS = st.recursive(LEAVES, larger, max_leaves=6)


def disagree(left: Node, right: Node) -> bool:
    """Whether two formulas differ for certain at one of the points."""
    for point in POINTS:
        try:
            if differ(
                lambda p=point: p.evaluator().value(left),  # type: ignore[misc]
                lambda p=point: p.evaluator().value(right),  # type: ignore[misc]
            ):
                return True
        except NoValue:
            continue
    return False


@settings(max_examples=150, deadline=None)
@given(FORMULAS, FORMULAS)
def test_what_is_proved_agrees_at_every_point(left: Node, right: Node) -> None:
    if proved(left, right, FACTS, 0.2):
        assert not disagree(left, right)


@settings(max_examples=150, deadline=None)
@given(FORMULAS, st.integers(0, 10**6))
def test_a_mutant_is_proved_only_where_it_is_equal(formula: Node, seed: int) -> None:
    mutant = mutated(formula, random.Random(seed))
    if proved(formula, mutant, FACTS, 0.2):
        assert not disagree(formula, mutant)


@settings(max_examples=100, deadline=None)
@given(FORMULAS, st.integers(0, 10**6))
def test_a_rewriting_is_never_called_different(formula: Node, seed: int) -> None:
    rewritten = rewrite(formula, random.Random(seed))
    assert Comparer(TABLE, cache=None).compare(formula, rewritten).verdict != "different"


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with every part changed, the innermost first."""
    match node:
        case Add(terms=parts):
            node = Add(tuple(rebuilt(part, change) for part in parts))
        case Multiply(factors=parts):
            node = Multiply(tuple(rebuilt(part, change) for part in parts))
        case Divide(numerator=top, denominator=bottom):
            node = Divide(rebuilt(top, change), rebuilt(bottom, change))
        case Negate(operand=operand):
            node = Negate(rebuilt(operand, change))
        case Power(base=base, exponent=exponent):
            node = Power(rebuilt(base, change), exponent)
        case Call(function=function, arguments=arguments):
            node = Call(function, tuple(rebuilt(a, change) for a in arguments))
    return change(node)


def rewrite(node: Node, chance: random.Random) -> Node:
    """The same formula in other clothes."""

    def change(part: Node) -> Node:
        match part:
            case Add(terms=terms):
                return Add(tuple(reversed(terms)))
            case Multiply(factors=(Add(terms=(a, b)), c)):
                return Add((Multiply((a, c)), Multiply((b, c))))
            case Multiply(factors=factors):
                return Multiply(tuple(reversed(factors)))
            case Negate(operand=operand):
                return Multiply((Number(Fraction(-1)), operand))
            case Power(base=base, exponent=Number(value=value)) if value == 2:
                return Multiply((base, base))
        return Add((part, Number(Fraction(0)))) if chance.random() < 0.2 else part

    return rebuilt(node, change)


def mutated(node: Node, chance: random.Random) -> Node:
    """A formula with a slip in it, as students make them."""

    def change(part: Node) -> Node:
        if chance.random() < 0.7:
            return part
        match part:
            case Symbol():
                return Symbol(chance.choice(sorted(TABLE.symbols)))
            case Number(value=value):
                return Number(value + chance.choice((1, -1)))
            case Add(terms=(a, b)):
                return Add((a, Negate(b)))
            case Negate(operand=operand):
                return operand
            case Call(function="floor", arguments=arguments):
                return Call("ceil", arguments)
            case Call(function="abs" | "relu", arguments=(inside,)):
                return inside
            case Power(base=base):
                return base
        return part

    return rebuilt(node, change)
