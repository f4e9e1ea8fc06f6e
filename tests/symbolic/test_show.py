"""What is shown back reads as the same formula again."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.symbolic.compare import Comparer
from autograder.symbolic.reader import read_expression
from autograder.symbolic.show import latex, plain
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import (
    Add,
    Call,
    Divide,
    Fold,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
)
from tests.symbolic.tables import table_of

TABLE = table_of(x="positive real", y="positive real", n="positive integer", beta_1="in (0, 1)")

leaves = st.one_of(
    st.sampled_from([Symbol(name) for name in ("x", "y", "n", "beta_1")]),
    st.builds(lambda n, d: Number(Fraction(n, d)), st.integers(0, 9), st.integers(1, 4)),
)


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
    )


formulas = st.recursive(leaves, branches, max_leaves=8)


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
