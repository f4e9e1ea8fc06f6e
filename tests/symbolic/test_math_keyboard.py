"""LaTeX as math keyboards write it (MathLive's) is read as what stands on the screen."""

from __future__ import annotations

import pytest

from autograder.errors import FormulaError
from autograder.symbolic.reader import read_expression
from autograder.symbolic.show import plain
from autograder.symbolic.table import SymbolTable
from tests.symbolic.tables import table_of


@pytest.fixture
def table() -> SymbolTable:
    return table_of(x="real", W_in="positive integer", x_prime="real", m_hat_t="real")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\exponentialE^{-x}", "e^(-x)"),
        (r"\int_0^1\!x^2\,\differentialD x", "integral(x^2, x, 0, 1)"),
        (r"\frac{\differentialD}{\differentialD x}\left(x^2\right)", "derivative(x^2, x)"),
        (r"\operatorname{\mathrm{round}}\left(x\right)", "round(x)"),
        (r"x^{\prime}+x^\prime+x'", "x_prime + x_prime + x_prime"),
        (r"W_{in}+W_{\mathrm{in}}+W_{\text{in}}", "W_in + W_in + W_in"),
        (r"\hat{m}_{t}\cdot\frac12", "m_hat_t*(1/2)"),
        (r"\left\lfloor\frac{x}{2}\right\rfloor+\left\lceil x\right\rceil", "floor(x/2) + ceil(x)"),
        (r"\mleft(x+1\mright)^2", "(x + 1)^2"),
        (r"\mleft|x\mright|", "abs(x)"),
    ],
)
def test_what_a_keyboard_writes_is_read(text: str, expected: str, table: SymbolTable) -> None:
    assert plain(read_expression(text, table).node) == expected


def test_two_primes_are_two_however_they_are_raised() -> None:
    table = table_of(x="real", x_prime_prime="real")
    twice = plain(read_expression("x''", table).node)
    for text in (r"x^{\doubleprime}", r"x^{\prime\prime}"):
        assert plain(read_expression(text, table).node) == twice


@pytest.mark.parametrize("text", [r"\frac{\placeholder{}}{2}", r"x+\placeholder{}"])
def test_an_empty_box_is_named(text: str, table: SymbolTable) -> None:
    with pytest.raises(FormulaError, match="a box is still empty") as caught:
        read_expression(text, table)
    assert text[caught.value.start :].startswith(r"\placeholder")
