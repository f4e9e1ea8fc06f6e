"""Symbol tables that the tests of formulas share."""

from __future__ import annotations

from autograder.symbolic.domain import parse_domain
from autograder.symbolic.table import SymbolTable


def table_of(**domains: str) -> SymbolTable:
    """A table from phrases; a name that ends in _FAMILY declares a family."""
    symbols = {n: parse_domain(d) for n, d in domains.items() if not n.endswith("_FAMILY")}
    families = {
        n.removesuffix("_FAMILY"): parse_domain(d)
        for n, d in domains.items()
        if n.endswith("_FAMILY")
    }
    return SymbolTable(symbols, families)


OPTIMIZERS = {
    "c": "positive real",
    "t": "positive integer",
    "eta": "positive real",
    "beta": "in (0, 1)",
    "beta_1": "in (0, 1)",
    "beta_2": "in (0, 1)",
}
CONVOLUTION = {
    "W_in": "positive integer",
    "W_out": "positive integer",
    "K": "positive integer",
    "S": "positive integer",
    "P": "nonnegative integer",
}
LAYERS = {
    "L": "positive integer",
    "K_FAMILY": "positive integer",
    "S_FAMILY": "positive integer",
    "P_FAMILY": "nonnegative integer",
}
