"""Formulas for SymPy's parser, as far as a page of replacements goes, and its usual comparison."""

import re

import sympy as sp
from sympy.parsing.sympy_parser import (
    convert_xor,
    implicit_multiplication_application,
    parse_expr,
    standard_transformations,
)

_TRANSFORMATIONS = (*standard_transformations, convert_xor, implicit_multiplication_application)
_SIGNS = {
    "β₁": "beta_1", "β₂": "beta_2", "β": "beta", "η": "eta", "·": "*", "−": "-", "²": "^2",
    "∑": "sum", "∏": "prod", r"\beta": " beta", r"\eta": " eta", r"\left": "", r"\right": "",
    r"\,": " ", r"\;": " ", r"\quad": " ", r"\cdot": "*", r"\lfloor": "floor(", r"\rfloor": ")",
    r"\lceil": "ceiling(", r"\rceil": ")", r"\sum": "sum", r"\prod": "prod", r"\text": "",
}  # fmt: skip
_FRACTION = re.compile(
    r"\\frac\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
)
_FOLD = re.compile(r"(sum|prod)_\{(\w+)=([^}]*)\}\^(?:\{([^}]*)\}|(\w+))\s*")


def parse(text, symbols):
    """A SymPy expression; what it cannot read raises whatever SymPy raises."""
    text = (
        text.rpartition("=")[2] if re.match(r"^[^=]*=[^=]*$", text) and "sum" not in text else text
    )
    while _FRACTION.search(text):
        text = _FRACTION.sub(r"((\1)/(\2))", text)
    for old, new in _SIGNS.items():
        text = text.replace(old, new)
    text = re.sub(r"\bceil\(", "ceiling(", text).replace("//", "/")
    match = _FOLD.search(text)
    if match:
        head, body = text[: match.start()], text[match.end() :]
        limits = f"({match[2]}, {match[3]}, {match[4] or match[5]})"
        text = f"{head} {'Sum' if match[1] == 'sum' else 'Product'}({body}, {limits})"
    text = re.sub(
        r"([_^])\{([^{}]*)\}", lambda m: m[1] + (f"({m[2]})" if m[1] == "^" else m[2]), text
    )
    names = {
        **symbols,
        "Sum": sp.Sum,
        "Product": sp.Product,
        "floor": sp.floor,
        "ceiling": sp.ceiling,
    }
    return parse_expr(text, local_dict=names, transformations=_TRANSFORMATIONS)


def equal(left, right):
    """The comparison that home-made graders are built on."""
    return sp.simplify((left - right).doit()) == 0
