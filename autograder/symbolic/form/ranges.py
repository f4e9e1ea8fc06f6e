"""Intervals of real numbers with open or closed ends: where a quantity can lie."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Final

End = Fraction | float  # a fraction, or an infinity

# Beyond this many bits an end is rounded outwards to infinity.
_MOST_BITS: Final = 4000


@dataclass(frozen=True)
class Range:
    """The numbers between two ends; infinite ends are always open."""

    low: End = -inf
    high: End = inf
    low_open: bool = True
    high_open: bool = True

    @property
    def positive(self) -> bool:
        """Whether every number is above zero."""
        return self.low > 0 or (self.low == 0 and self.low_open)

    @property
    def nonnegative(self) -> bool:
        """Whether no number is below zero."""
        return self.low >= 0

    @property
    def negative(self) -> bool:
        """Whether every number is below zero."""
        return self.high < 0 or (self.high == 0 and self.high_open)

    def __add__(self, other: Range) -> Range:
        """Every sum of a number of each."""
        return Range(
            _bounded(self.low + other.low),
            _bounded(self.high + other.high),
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __mul__(self, other: Range) -> Range:
        """Every product of a number of each."""
        ends = [
            _product(a, a_open, b, b_open)
            for a, a_open in ((self.low, self.low_open), (self.high, self.high_open))
            for b, b_open in ((other.low, other.low_open), (other.high, other.high_open))
        ]
        low = min(ends)
        high = max(ends, key=lambda end: (end[0], not end[1]))
        return Range(_bounded(low[0]), _bounded(high[0]), low[1], high[1])

    def power(self, exponent: int) -> Range:
        """Every power of a number in it; even powers are not negative."""
        if exponent % 2 == 0 and self.low < 0 < self.high:
            reach = max(-self.low, self.high)
            return Range(Fraction(0), _bounded(_raised(reach, exponent)), False, True)
        ends = [
            (_raised(self.low, exponent), self.low_open),
            (_raised(self.high, exponent), self.high_open),
        ]
        ends.sort()
        return Range(_bounded(ends[0][0]), _bounded(ends[1][0]), ends[0][1], ends[1][1])


EVERYTHING: Final = Range()
POSITIVE: Final = Range(Fraction(0))
NONNEGATIVE: Final = Range(Fraction(0), low_open=False)


def point(value: Fraction) -> Range:
    """The range that holds one number."""
    return Range(value, value, False, False)


def _product(a: End, a_open: bool, b: End, b_open: bool) -> tuple[End, bool]:
    if a == 0 or b == 0:
        closed = (a == 0 and not a_open) or (b == 0 and not b_open)
        return Fraction(0), not closed
    return a * b, a_open or b_open


def _raised(end: End, exponent: int) -> End:
    if isinstance(end, float):
        return end if exponent % 2 or end > 0 else -end
    if end.numerator.bit_length() * exponent > _MOST_BITS:
        return inf if end > 0 or exponent % 2 == 0 else -inf
    return end**exponent


def _bounded(end: End) -> End:
    if (
        isinstance(end, Fraction)
        and max(end.numerator.bit_length(), end.denominator.bit_length()) > _MOST_BITS
    ):
        return inf if end > 0 else -inf
    return end
