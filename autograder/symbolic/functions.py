"""The functions and constants a formula may name, with the spellings students use."""

from __future__ import annotations

from typing import Final

# Canonical name -> how many arguments it takes (least, most; None for any number).
ARITY: Final[dict[str, tuple[int, int | None]]] = {
    "floor": (1, 1),
    "ceil": (1, 1),
    "trunc": (1, 1),
    "round": (1, 1),
    "abs": (1, 1),
    "sign": (1, 1),
    "min": (1, None),
    "max": (1, None),
    "mod": (2, 2),
    "gcd": (2, 2),
    "sqrt": (1, 1),
    "root": (2, 2),
    "exp": (1, 1),
    "log": (1, 2),
    "sin": (1, 1),
    "cos": (1, 1),
    "tan": (1, 1),
    "sinh": (1, 1),
    "cosh": (1, 1),
    "tanh": (1, 1),
    "asin": (1, 1),
    "acos": (1, 1),
    "atan": (1, 1),
    "relu": (1, 1),
    "sigmoid": (1, 1),
    "softplus": (1, 1),
    "factorial": (1, 1),
    "binomial": (2, 2),
    "harmonic": (1, 1),
}

ALIASES: Final[dict[str, str]] = {
    "ceiling": "ceil",
    "int": "trunc",
    "sgn": "sign",
    "Min": "min",
    "Max": "max",
    "ln": "log",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "ReLU": "relu",
    "comb": "binomial",
    "binom": "binomial",
    "prod": "product",
    "Sum": "sum",
    "Prod": "product",
    "Product": "product",
}

# Functions spelt with their base: log2(n) is log(n, 2).
LOG_BASES: Final[dict[str, int]] = {"log2": 2, "log10": 10, "lb": 2, "lg": 2}

CONSTANTS: Final[dict[str, str]] = {
    "pi": "pi",
    "e": "e",
    "infty": "oo",
    "infinity": "oo",
    "oo": "oo",
}

FOLDS: Final = frozenset({"sum", "product"})


def canonical_function(name: str) -> str | None:
    """The function that `name` spells, or None; sums and products count as functions here."""
    name = ALIASES.get(name, name)
    return name if name in ARITY or name in FOLDS or name in LOG_BASES else None
