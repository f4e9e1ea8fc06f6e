"""Formulas as MathML, which browsers typeset by themselves."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from functools import lru_cache
from typing import Final

from latex2mathml.converter import convert
from markupsafe import Markup

from autograder.reports.escape import printable

LONGEST: Final = 2_000
_NAMESPACE: Final = "{http://www.w3.org/1998/Math/MathML}"
_TAGS: Final = frozenset(
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover "
    "mtable mtr mtd mstyle mpadded".split()
)
_ATTRIBUTES: Final = frozenset(
    "display stretchy fence form accent separator largeop movablelimits linethickness minsize maxsize "
    "mathvariant displaystyle scriptlevel linebreak width".split()
)


@lru_cache(maxsize=4_096)
def mathml(latex: str) -> Markup | None:
    """A formula as MathML; None when it is too long, or cannot be typeset.

    Whatever the converter makes of it, only elements that show something are left, without
    attributes that could style, name or link.
    """
    if not latex.strip() or len(latex) > LONGEST:
        return None
    try:
        root = ElementTree.fromstring(convert(printable(latex)))  # noqa: S314
    except Exception:  # any of the converter's own errors: the caller shows the text instead
        return None
    for element in root.iter():
        element.tag = element.tag.removeprefix(_NAMESPACE)
        if element.tag not in _TAGS:
            return None
        for name in set(element.attrib) - _ATTRIBUTES:
            del element.attrib[name]
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704
