"""What values a symbol may take: a set of numbers, a sign, an interval.

A domain is declared by a phrase: `real`, `positive integer`, `real in (0, 1)`, `in [0, oo)`.
The same domain feeds the sampler and the prover.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

NumberSet = Literal["real", "integer", "rational", "complex"]
Sign = Literal["positive", "nonnegative", "negative", "nonpositive", "nonzero"]

SETS: Final[tuple[NumberSet, ...]] = ("real", "integer", "rational", "complex")
SIGNS: Final[tuple[Sign, ...]] = ("positive", "nonnegative", "negative", "nonpositive", "nonzero")

_INTERVAL = re.compile(r"\bin\s*([\[(])\s*([^,]+?)\s*,\s*([^,]+?)\s*([\])])\s*$")


@dataclass(frozen=True)
class Domain:
    """The values of one symbol; `low` and `high` bound it, None for no bound."""

    set: NumberSet = "real"
    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    nonzero: bool = False

    def __contains__(self, value: Fraction) -> bool:
        """Whether a rational number belongs to the domain."""
        if self.set == "integer" and value.denominator != 1:
            return False
        if self.nonzero and value == 0:
            return False
        if self.low is not None and (value < self.low or (self.low_open and value == self.low)):
            return False
        return not (
            self.high is not None and (value > self.high or (self.high_open and value == self.high))
        )

    @property
    def positive(self) -> bool:
        """Whether every value is above zero."""
        return self.low is not None and (self.low > 0 or (self.low == 0 and self._excludes_zero))

    @property
    def nonnegative(self) -> bool:
        """Whether no value is below zero."""
        return self.low is not None and self.low >= 0

    @property
    def _excludes_zero(self) -> bool:
        return self.low_open or self.nonzero


def parse_domain(phrase: str) -> Domain:
    """Read a domain such as `positive integer` or `real in (0, 1)`.

    Raises:
        ValueError: the phrase is not a domain; the message names the words that are.
    """
    text, low, high, low_open, high_open = _split_interval(phrase.strip())
    kind: NumberSet = "real"
    nonzero = False
    for word in text.split():
        if word in SETS:
            kind = word
        elif word in ("positive", "nonnegative"):
            low, low_open = _tighter(low, low_open, word == "positive", lower=True)
        elif word in ("negative", "nonpositive"):
            high, high_open = _tighter(high, high_open, word == "negative", lower=False)
        elif word == "nonzero":
            nonzero = True
        else:
            words = ", ".join((*SIGNS, *SETS))
            message = f"unknown word {word!r} in a domain; use {words}, or 'in (a, b)'"
            raise ValueError(message)
    return Domain(kind, low, high, low_open, high_open, nonzero)


def _tighter(
    bound: Fraction | None, is_open: bool, strict: bool, *, lower: bool
) -> tuple[Fraction | None, bool]:
    """The bound that a sign adds to an interval's own."""
    if bound is None or (bound < 0 if lower else bound > 0):
        return Fraction(0), strict
    return (bound, is_open or strict) if bound == 0 else (bound, is_open)


def _split_interval(phrase: str) -> tuple[str, Fraction | None, Fraction | None, bool, bool]:
    match = _INTERVAL.search(phrase)
    if match is None:
        return phrase, None, None, False, False
    low, high = _bound(match[2]), _bound(match[3])
    if low is not None and high is not None and low > high:
        raise ValueError(f"the interval {match[0].strip()!r} is empty")
    return phrase[: match.start()], low, high, match[1] == "(", match[4] == ")"


def _bound(text: str) -> Fraction | None:
    if text.lstrip("+-") in ("oo", "inf", "infinity"):
        return None
    try:
        return Fraction(text.replace(" ", ""))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{text!r} is not a number; an interval reads 'in (0, 1)'") from None
