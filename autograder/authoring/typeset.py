"""Turns the Markdown of a prompt into LaTeX that compiles: text escaped, formulas as they are."""

from __future__ import annotations

import re
from typing import Final

from autograder.symbolic.notation import GREEK_LETTERS

_SPAN = re.compile(r"(\$\$.+?\$\$|\$[^$]+\$|`[^`]+`|\*\*[^*]+\*\*)", re.DOTALL)
_ITEM = re.compile(r"^\s*[-*] +", re.MULTILINE)
_ESCAPED: Final = {
    **{character: f"\\{character}" for character in "&%#_{}$"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": "$<$",
    ">": "$>$",
    "|": "$|$",
}
_SIGNS: Final = {
    **{letter: f"$\\{name}$" for letter, name in GREEK_LETTERS.items() if name != "omicron"},
    **dict(
        zip(
            "×·÷−≤≥≠∝∞∂∑∏√→↔∈⊙ℓ⌊⌋⌈⌉²³ℝ",
            r"\times|\cdot|\div|-|\le|\ge|\ne|\propto|\infty|\partial|\sum|\prod|\surd|\to|"
            r"\leftrightarrow|\in|\odot|\ell|\lfloor|\rfloor|\lceil|\rceil|{}^2|{}^3|\mathbb{R}".split(
                "|"
            ),
            strict=True,
        )
    ),
}


def as_latex(markdown: str) -> str:
    """The text with its formulas, code and bold words, for a LaTeX file with amsmath and amssymb."""
    return "".join(_span(part) for part in _SPAN.split(markdown))


def _span(part: str) -> str:
    if part.startswith("$"):
        return part
    if part.startswith("`"):
        return rf"\texttt{{{escaped(part[1:-1])}}}"
    if part.startswith("**"):
        return rf"\textbf{{{escaped(part[2:-2])}}}"
    return escaped(_ITEM.sub("• ", part)).replace("• ", r"\par\textbullet{} ")


def escaped(text: str) -> str:
    """Plain text without anything that LaTeX takes for a command."""
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    sign = _SIGNS.get(character)
    if sign is not None:
        return sign if sign.startswith("$") else f"${sign}$"
    return _ESCAPED.get(character, character)
