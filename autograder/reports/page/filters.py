"""How texts, formulas and numbers are written into a page: bounded, escaped, as people read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from markupsafe import Markup, escape

from autograder.checks.outcome import Outcome, not_opened
from autograder.reports.count import counted
from autograder.reports.escape import printable
from autograder.reports.grades_csv import state_words
from autograder.reports.page.axes import percent
from autograder.reports.page.maths import mathml
from autograder.symbolic.show import latex
from autograder.symbolic.tree import Symbol

_CODE = re.compile(r"`([^`\n]+)`")
_MATHS = re.compile(r"\$([^$\n]+)\$")
_LONG_TEXT: Final = 1_500


def prose(text: str) -> Markup:
    """A sentence; what stands between backticks is code, and lines stay lines."""
    return _set_off(
        printable(text, _LONG_TEXT), _CODE, lambda inner: Markup("<code>{}</code>").format(inner)
    )


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)


@lru_cache(maxsize=1_024)
def title(text: str) -> Markup:
    """An author's title, with its code and its $formulas$."""
    parts = _CODE.split(printable(text, 300))
    return Markup("").join(
        _code(part) if place % 2 else _set_off(part, _MATHS, _typeset)
        for place, part in enumerate(parts)
    )


def _set_off(text: str, pattern: re.Pattern[str], shown: Callable[[str], Markup]) -> Markup:
    """The text as HTML, with what the pattern's group holds shown in another way."""
    parts = pattern.split(text)
    pieces: Iterable[Markup] = (
        shown(part) if place % 2 else Markup("<br>").join(map(escape, part.split("\n")))
        for place, part in enumerate(parts)
    )
    return Markup("").join(pieces)


def _typeset(latex: str) -> Markup:
    return mathml(latex) or _code(latex)


def formula(outcome: Outcome) -> Markup:
    """An answer as it was read: typeset where it is a formula, as text otherwise."""
    lines = [mathml(line) for line in outcome.read_as.split(r" \\ ")] if outcome.read_as else []
    if lines and all(line is not None for line in lines):
        return Markup("<br>").join(line for line in lines if line is not None)
    return _code(printable(outcome.read_plain, _LONG_TEXT))


def symbol(name: str) -> Markup:
    """A symbol by its name, typeset."""
    return _typeset(latex(Symbol(printable(name, 60))))


def signed(number: float) -> str:
    """Two decimals, with a minus sign that is as wide as a digit."""
    return f"{number:.2f}".replace("-", "\N{MINUS SIGN}")


def gain(number: float) -> str:
    """Points gained or lost, to a hundredth: `+1`, `−0.5`, `0`."""
    return f"{round(number, 2) + 0.0:+g}".replace("-", "\N{MINUS SIGN}") if number else "0"


def odds(expected: float) -> str:
    """How seldom something happens that is expected so many times in one class."""
    if expected < 1e-6:
        return "under 1 in 1,000,000"
    return f"1 in {float(f'{1 / expected:.1g}'):,.0f}" if expected <= 0.5 else f"{expected:.1f}"


def points(number: float) -> str:
    """Points, to a hundredth."""
    return f"{round(number, 2):g}"


def href(identifier: str) -> str:
    """The page of a submission, seen from the class's page."""
    return f"submissions/{quote(identifier, safe='')}/index.html"


def duration(seconds: float) -> str:
    """`2 d 3 h`, `5 min`, `0.4 s`"""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    shown = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(shown[:2])


FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    function.__name__: function
    for function in (
        prose, title, formula, symbol, points, gain, percent, signed, odds, counted, duration, href,
        not_opened, state_words,
    )
}  # fmt: skip
