"""What is shown back reads as the same formula again."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.symbolic.compare import Comparer
from autograder.symbolic.reader import read_answer, read_expression
from autograder.symbolic.show import latex, plain
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import (
    Add,
    Call,
    Derivative,
    Divide,
    Fold,
    Integral,
    Interval,
    Junction,
    Limit,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Sequence,
    Set,
    Symbol,
)
from tests.symbolic.tables import table_of

TABLE = table_of(x="positive real", y="positive real", n="positive integer", beta_1="in (0, 1)")

leaves: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from([Symbol(name) for name in ("x", "y", "n", "beta_1")]),
    st.builds(lambda n, d: Number(Fraction(n, d)), st.integers(0, 9), st.integers(1, 4)),
)


def product(body: Node) -> Fold:
    return Fold("product", "k", Number(Fraction(1)), Symbol("n"), body)


def branches(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = st.tuples(inner, inner)
    exponents = st.builds(lambda n: Number(Fraction(n)), st.integers(0, 3))
    return st.one_of(
        pairs.map(Add),
        pairs.map(Multiply),
        pairs.map(lambda p: Divide(*p)),
        inner.map(Negate),
        st.builds(Power, inner, exponents),
        inner.map(lambda node: Call("floor", (node,))),
        inner.map(lambda node: Call("abs", (node,))),
        pairs.map(lambda p: Call("max", p)),
        inner.map(lambda node: Fold("sum", "k", Number(Fraction(1)), Symbol("n"), node)),
        inner.map(lambda node: product(Multiply((Symbol("k"), node)))),
        pairs.map(lambda p: Multiply((product(Add((Symbol("k"), p[0]))), p[1]))),
    )


formulas = st.recursive(leaves, branches, max_leaves=8)

X, N = Symbol("x"), Symbol("n")
whole_numbers = st.builds(lambda n: Number(Fraction(n)), st.integers(0, 9))
decimals = st.builds(lambda n: Number(Fraction(n, 1000), True), st.integers(1, 5000))
exact_leaves = st.one_of(
    st.sampled_from([Symbol(name) for name in ("x", "y", "n", "beta_1")]), whole_numbers, decimals
)


def every_kind(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = st.tuples(inner, inner)
    relations = st.builds(
        Relation, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner, inner
    )
    tests = st.one_of(
        relations,
        st.builds(Junction, st.just("and"), st.tuples(relations, relations)),
        st.builds(Junction, st.just("or"), st.tuples(relations, relations)),
    )
    cases = st.lists(st.tuples(inner, tests), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        pairs.map(Add),
        pairs.map(Multiply),
        pairs.map(lambda p: Divide(*p)),
        inner.map(Negate),
        pairs.map(lambda p: Power(*p)),
        st.builds(
            lambda name, node: Call(name, (node,)),
            st.sampled_from(["floor", "ceil", "abs", "sqrt", "log", "sin", "factorial", "relu"]),
            inner,
        ),
        pairs.map(lambda p: Call("max", p)),
        pairs.map(lambda p: Call("mod", p)),
        pairs.map(lambda p: Call("binomial", p)),
        pairs.map(lambda p: Call("log", p)),
        inner.map(lambda node: Fold("sum", "k", Number(Fraction(1)), N, node)),
        pairs.map(lambda p: Integral(p[0], "x", Number(Fraction(0)), p[1])),
        inner.map(lambda node: Limit(node, "x", Number(Fraction(0)), "right")),
        st.builds(
            lambda node, order: Derivative(Add((node, X)), "x", order, X), inner, st.integers(1, 3)
        ),
        st.builds(Piecewise, cases, st.one_of(st.none(), inner)),
    )


def structures(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        inner,
        st.builds(Matrix, st.tuples(pairs, pairs)),
        pairs.map(Sequence),
        st.tuples(inner, inner, inner).map(Set),
        st.builds(lambda p, low: Interval(*p, low, not low), pairs, st.booleans()),
        st.builds(Relation, st.sampled_from(["=", "<="]), inner, inner),
    )


every_formula = structures(st.recursive(exact_leaves, every_kind, max_leaves=8))


@settings(max_examples=400, deadline=None)
@given(every_formula)
def test_what_is_shown_reads_back_as_the_very_same_tree(node: Node) -> None:
    for text in (plain(node), latex(node)):
        assert read_answer(text, TABLE).node == node, text


@settings(max_examples=150, deadline=None)
@given(formulas)
def test_plain_text_and_latex_read_back_as_an_equal_formula(node: Node) -> None:
    comparer = Comparer(TABLE)
    for text in (plain(node), latex(node)):
        verdict = comparer.compare(node, read_expression(text, TABLE).node)
        assert verdict.verdict != "different", (text, verdict)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c*(1 - beta_1^t)/2", r"\frac{c \, \left(1 - \beta_{1}^{t}\right)}{2}"),
        ("floor(W_in/2)", r"\left\lfloor \frac{W_{\mathrm{in}}}{2} \right\rfloor"),
        ("sum_{k=0}^{t-1} c^k", r"\sum_{k=0}^{t - 1} c^{k}"),
        (r"\hat{m}", r"\hat{m}"),
    ],
)
def test_latex(text: str, expected: str) -> None:
    table = SymbolTable(open=True)
    known = table_of(c="real", beta_1="real", t="integer", W_in="integer", m_hat="real")
    assert (
        latex(read_expression(text, SymbolTable(known.symbols, open=table.open)).node) == expected
    )


def test_deeply_nested_calls_are_shown_at_once() -> None:
    text = "abs(" * 25 + "x" + ")" * 25
    assert latex(read_expression(text, SymbolTable(open=True)).node).count(r"\left|") == 25


def test_cases_in_an_exponent_keep_their_braces() -> None:
    one = Number(Fraction(1))
    for exponent in (
        Piecewise(((one, Relation(">", X, one)),), X),
        Piecewise(((one, Relation(">", X, one)),)),
    ):
        node = Power(X, exponent)
        assert read_answer(plain(node), TABLE).node == node, plain(node)
