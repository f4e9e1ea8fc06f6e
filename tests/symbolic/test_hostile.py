"""Hostile text is read or refused: it never crashes, hangs, or runs."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import FormulaError
from autograder.symbolic.compare import Comparer
from autograder.symbolic.reader import (
    parse_formula,
    read_answer,
    read_expression,
    read_statements,
)
from autograder.symbolic.sequence import Sequences
from autograder.symbolic.table import SymbolTable
from tests.symbolic.tables import LAYERS, table_of

TABLE = table_of(x="real", n="positive integer", **LAYERS)
PIECES = [
    "x", "n", "2", "0.5", "+", "-", "*", "/", "^", "**", "(", ")", "[", "]", "{", "}", "|", "!", ",",
    ";", "=", "<", ">=", "_", "\\frac", "\\sum_{k=1}^{n}", "\\prod", "\\sqrt", "floor(", "log", "e",
    "K_j", "S^{(i)}", "∑", "β", "²", "₁", "⌊", "⌋", "...", "$", "\\left(", "\\right)", "\n", "for",
    "if", "else", "otherwise", "and", "\\begin{cases}", "\\end{cases}", "\\begin{pmatrix}", "&", "\\\\",
    "\\end{pmatrix}", "\\int", "_0^1", "dx", "xdx", "\\lim_{x\\to 0}", "\\frac{d}{dx}", "Piecewise(", "∪",
    "Matrix(", "diff(", "limit(", "\\{", "\\}", "±", "]0,1[", "choose", "C(", "\\left.", "\\right|", "is even",
    "in", "range(", "K_", "^{", "'", "\\hat", "//", "mod", "__import__", "lambda", "%",
]  # fmt: skip
BOMBS = [
    "9**9**9**9",
    "factorial(10**7)",
    "1e400",
    "((((((((((9^9)^9)^9)^9)^9)^9)^9)^9)^9)^9)",
    "sum_{k=1}^{10^12} k",
    "sum_{i=1}^{1000} sum_{j=1}^{1000} sum_{k=1}^{1000} i j k",
    "prod_{k=1}^{10^6} x",
    "(x+1)^(10^9)",
    "binomial(10^9, 10^8)",
    "harmonic(10^9)",
    "x^(10^18)",
    "exp(exp(exp(exp(100))))",
    "(" * 5000,
    "-" * 5000 + "x",
    "x" + "!" * 3000,
    "1/" * 2400 + "1",
    "x^" * 2400 + "x",
    "|" * 3001,
    "\\frac" * 900,
    "{" * 2000 + "}" * 2000,
    "sqrt(" * 900 + "x" + ")" * 900,
    "__import__('os').system('true')",
    "x.__class__.__bases__",
    "∫\\begin{cases}\\end{pmatrix}xdx_0^1floor([",
    "\\int_0^1 " * 100 + "dx" * 100,
    "\\begin{pmatrix} " * 400,
    "if else " * 500,
    "xdx\\mathrm{d}**",
    "x\x00y",
    "\u202ex",
]


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: text[:30])
def test_bombs_go_off_nowhere(text: str) -> None:
    started = time.monotonic()
    comparer = Comparer(TABLE)
    for expected in ("x", "n"):
        try:
            verdict = comparer.compare(
                parse_formula(expected, TABLE), read_expression(text, TABLE).node
            )
        except FormulaError:
            continue
        assert verdict.verdict in ("different", "undecided")
    assert time.monotonic() - started < 10  # a bound on hanging, not on speed


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: text[:30])
def test_bombs_go_off_in_no_sequence(text: str) -> None:
    sequences = Sequences(TABLE, "L")
    try:
        body = sequences.read(text).body
    except FormulaError:
        return
    assert not sequences.compare(parse_formula("1 + sum_{j=1}^L K_j", TABLE), body).equal


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_random_pieces_are_read_or_refused(pieces: list[str]) -> None:
    for text in ("".join(pieces), " ".join(pieces)):
        for read in (
            lambda t: read_expression(t, TABLE),
            lambda t: read_answer(t, TABLE),
            lambda t: read_answer(t, SymbolTable(open=True)),
            lambda t: read_statements(t, TABLE),
            lambda t: Sequences(TABLE, "L").read(t),
            lambda t: read_expression(t, SymbolTable(open=True)),
        ):
            try:
                read(text)
            except FormulaError as error:
                assert error.message
                assert 0 <= error.start <= len(error.source)
                assert error.pointer()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_expression(text, TABLE)
    except FormulaError as error:
        assert error.line >= 1


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES[:20] + PIECES[23:36]), max_size=12))
def test_whatever_is_read_can_be_compared(pieces: list[str]) -> None:
    try:
        node = read_expression(" ".join(pieces), TABLE).node
    except FormulaError:
        return
    assert Comparer(TABLE).compare(parse_formula("x + n", TABLE), node).verdict


def test_a_brace_that_opens_at_the_end_is_told() -> None:
    with pytest.raises(FormulaError):
        read_expression("x^{", SymbolTable(open=True))
