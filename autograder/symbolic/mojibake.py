"""Mends text whose UTF-8 bytes were read as Mac Roman: `Œ≤` for β, `‚â•` for ≥.

A PDF copied on a Mac, or a file opened with the wrong encoding, gives such text. A run of
characters is mended only when it decodes, whole, to mathematical characters: a genuine `√π` or
`Ω ≥ 0` is left alone.
"""

from __future__ import annotations

import re
import unicodedata

# The spaces that copying puts in place of Mac Roman's no-break space.
_RUN = re.compile(r"[^\x00-\x7f]+")
_PUNCTUATION = frozenset("·×÷±–—‘’“”…\u00a0²³¹µ½¼¾°−")


def mend(text: str) -> tuple[str, bool]:
    """The text with its garbled runs read rightly, and whether there were any."""
    mended = _RUN.sub(_mend_run, text)
    return mended, mended != text


def _mend_run(match: re.Match[str]) -> str:
    run = match[0]
    try:
        decoded = run.encode("mac_roman").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return run
    return decoded if all(_is_mathematical(character) for character in decoded) else run


def _is_mathematical(character: str) -> bool:
    """Whether a formula or the prose around it uses this character."""
    if character in _PUNCTUATION or "\u0370" <= character <= "\u03ff":
        return True
    if "\u2070" <= character <= "\u209f" or "\u1d2c" <= character <= "\u1d6a":
        return True  # superscripts and subscripts
    if "\u0300" <= character <= "\u036f" or character == "\u02c6":
        return True  # accents over a letter
    return unicodedata.category(character) == "Sm" or "\u2100" <= character <= "\u23ff"
