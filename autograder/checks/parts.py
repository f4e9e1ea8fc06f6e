"""Small answers that stand alone or as fields of a larger one: numbers and formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import fmpq

from autograder.errors import FormulaError
from autograder.symbolic import mojibake
from autograder.symbolic.arithmetic import Real, at_precision, ball, exact, fraction
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.reader import parse_formula, read_expression
from autograder.symbolic.sample import Point
from autograder.symbolic.table import SymbolTable

_EMPTY_TABLE: Final = SymbolTable()
_SHARE = re.compile(r"[~≈]?\s*(\d+(?:[.,]\d*)?|[.,]\d+)\s*(\\?%|per ?cent|pct)?\.?", re.IGNORECASE)
_LATEX_LINE = re.compile(r"\\\\(?:\[[^\]]*\])?")
_LATEX_SPACE = re.compile(r"\\(?:q?quad\b|[,;:! ])|&")
_LATEX_TEXT = re.compile(r"\\(?:text|mathrm|textbf|textit|emph)\s*\{([^{}]*)\}")


@dataclass(frozen=True)
class Tolerance:
    """How far a number may be off; both zero for exact."""

    absolute: float = 0.0
    relative: float = 0.0


def read_number(text: str, unit: str = "") -> Real:
    """A number out of arithmetic such as `2*28 - 1` or `sqrt(2)`, with or without its unit.

    Raises:
        FormulaError: the text is not a number.
    """
    stripped = text.strip().strip("$").strip()
    if unit and stripped.lower().endswith(unit.lower()):
        stripped = stripped[: -len(unit)]
    node = read_expression(stripped, _EMPTY_TABLE).node
    try:
        return at_precision(lambda: Point({}).evaluator().value(node))
    except NoValue as reason:
        raise FormulaError(f"this is no number: {reason}", stripped, 0, len(stripped)) from None


def read_share(text: str) -> Real:
    """A share between 0 and 1 out of `0.935`, `93.5` or `93,5 %`; what is above 1 is in percent.

    Raises:
        FormulaError: the text is not such a number.
    """
    match = _SHARE.fullmatch(text.strip().strip("$").strip())
    if match is None:
        raise FormulaError("this is no share, such as 93.5 % or 0.935", text, 0, len(text))
    value = Fraction(match[1].replace(",", "."))
    if match[2] or value > 1:
        value /= 100
    if value > 1:
        raise FormulaError("a share is at most 100 %", text, 0, len(text))
    return exact(value)


def number_matches(expected: str, given: Real, tolerance: Tolerance) -> bool:
    """Whether a number is the expected one, within the tolerance.

    Raises:
        NoValue: the precision does not decide.
    """
    node = parse_formula(expected, _EMPTY_TABLE)
    right = at_precision(lambda: Point({}).evaluator().value(node))
    if isinstance(right, fmpq) and isinstance(given, fmpq):
        reach = Fraction(tolerance.absolute) + Fraction(tolerance.relative) * abs(fraction(right))
        return abs(fraction(given) - fraction(right)) <= reach
    reach_ball = ball(exact(Fraction(tolerance.absolute)))
    reach_ball += ball(exact(Fraction(tolerance.relative))) * abs(ball(right))
    difference = abs(ball(given) - ball(right))
    return bool(difference <= reach_ball) or bool(difference.upper() < 1e-12)


def plain_text(text: str) -> str:
    """Text without LaTeX's text commands, spaces and dollar signs, and without garbling."""
    mended = _LATEX_TEXT.sub(r"\1", mojibake.mend(text)[0]).replace("$", "")
    return _LATEX_SPACE.sub(" ", _LATEX_LINE.sub("\n", mended))
