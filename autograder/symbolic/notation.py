"""Tables that bring Unicode mathematics and LaTeX commands to one set of names and operators."""

from __future__ import annotations

import unicodedata
from typing import Final

GREEK_NAMES: Final = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma "
    "tau upsilon phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)

_LOWER = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
    "varsigma sigma tau upsilon phi chi psi omega"
).split()

GREEK_LETTERS: Final[dict[str, str]] = {
    **{chr(0x3B1 + i): name for i, name in enumerate(_LOWER)},
    **{chr(0x391 + i): name.capitalize() for i, name in enumerate(_LOWER) if name != "varsigma"},
    "ϵ": "epsilon",
    "ϑ": "theta",
    "ϕ": "phi",
    "ϱ": "rho",
    "µ": "mu",  # the micro sign, which many keyboards give for mu
    "ℓ": "ell",
}

LATEX_VARIANTS: Final[dict[str, str]] = {
    "varepsilon": "epsilon",
    "varphi": "phi",
    "vartheta": "theta",
    "varrho": "rho",
    "varsigma": "varsigma",
    "ell": "ell",
    "hbar": "hbar",
    # What math keyboards write for the upright letters.
    "differentialD": "d",
    "exponentialE": "e",
    "imaginaryI": "i",
    "imaginaryJ": "j",
}

ACCENTS: Final[dict[str, str]] = {
    "hat": "hat",
    "widehat": "hat",
    "bar": "bar",
    "overline": "bar",
    "tilde": "tilde",
    "widetilde": "tilde",
    "vec": "vec",
    "dot": "dot",
    "ddot": "ddot",
}

COMBINING_ACCENTS: Final[dict[str, str]] = {
    "\u0302": "hat",
    "\u02c6": "hat",
    "\u0304": "bar",
    "\u0305": "bar",
    "\u0303": "tilde",
    "\u20d7": "vec",
    "\u0307": "dot",
    "\u0308": "ddot",
}

# What a character or LaTeX command means as an operator or bracket.
OPERATORS: Final[dict[str, str]] = {
    "·": "*", "⋅": "*", "×": "*", "∗": "*", "•": "*", "⨯": "*", "⁢": "*",
    "÷": "/", "∕": "/", "⁄": "/",
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "﹣": "-", "➖": "-",
    "＋": "+", "＝": "=", "←": "=", "≔": "=", "±": "±", "∓": "∓",
    "≤": "<=", "⩽": "<=", "≦": "<=", "≥": ">=", "⩾": ">=", "≧": ">=", "≠": "!=",
    "∈": "in", "∪": "∪", "∩": "∩", "∖": "∖", "∧": "and", "∨": "or", "→": "->", "⟶": "->",
    "∑": "sum", "∏": "product", "∫": "integral", "√": "sqrt", "∛": "cbrt", "∞": "oo", "∂": "∂",
    "⌊": "⌊", "⌋": "⌋", "⌈": "⌈", "⌉": "⌉", "‖": "‖", "∥": "‖", "∣": "|", "｜": "|", "∅": "∅",
    "，": ",", "；": ";", "…": "dots", "⋯": "dots", "°": "degree", "″": "''", "⊤": "transposed",
}  # fmt: skip

LATEX_OPERATORS: Final[dict[str, str]] = {
    "cdot": "*", "times": "*", "ast": "*", "cdotp": "*", "bullet": "*",
    "div": "/", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=",
    "geqslant": ">=", "lt": "<", "gt": ">", "ne": "!=", "neq": "!=", "leftarrow": "=", "gets": "=",
    "coloneqq": "=", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lbrack": "[",
    "rbrack": "]", "vert": "|", "mid": "|", "Vert": "‖", "infty": "oo", "pm": "±", "mp": "∓",
    "dots": "dots", "ldots": "dots", "cdots": "dots", "dotsc": "dots", "dotsb": "dots",
    "sum": "sum", "prod": "product", "int": "integral", "partial": "∂", "prime": "'",
    "sqrt": "sqrt", "frac": "frac", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac",
    "binom": "binom", "dbinom": "binom", "tbinom": "binom", "bmod": "mod", "mod": "mod",
    "choose": "choose", "in": "in", "to": "->", "rightarrow": "->", "longrightarrow": "->",
    "land": "and", "wedge": "and", "lor": "or", "vee": "or", "cup": "∪", "cap": "∩",
    "setminus": "∖", "emptyset": "∅", "varnothing": "∅", "degree": "degree", "circ": "degree",
    "top": "transposed", "intercal": "transposed", "lbrace": "\\{", "rbrace": "\\}",
}  # fmt: skip

# Bars that say whether they open or close.
SIDED_BARS: Final[dict[str, tuple[str, str]]] = {
    "lvert": ("open", "|"), "rvert": ("close", "|"),
    "lVert": ("open", "‖"), "rVert": ("close", "‖"),
}  # fmt: skip

# Commands that change only the look of what follows.
LATEX_INVISIBLE: Final = frozenset(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle displaystyle "
    "textstyle scriptstyle limits nolimits quad qquad enspace nonumber notag hfill hline thinspace "
    "space boxed mathstrut mleft mright".split()
)

# Commands that set one letter in another face, which is the same letter here.
LATEX_FACES: Final = frozenset("mathbf boldsymbol bm mathbb mathcal mathsf mathnormal vb".split())

# Commands whose braces hold a name rather than a formula.
LATEX_TEXT: Final = frozenset(
    "text textrm textit textbf textsf mathrm mathit mathtt operatorname rm mbox textnormal".split()
)

LATEX_SPACES: Final = frozenset({",", ";", ":", "!", " ", ">", "/"})

# Environments whose rows and cells mean something; the others only lay lines out.
MATRICES: Final = frozenset("matrix pmatrix bmatrix Bmatrix smallmatrix array".split())
CASES: Final = frozenset({"cases", "dcases", "rcases"})

SUPERSCRIPTS: Final[dict[str, str]] = {
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾⁼", "0123456789+-()=", strict=True)),
    **dict(zip("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "abcdefghijklmnoprstuvwxyz", strict=True)),
    **dict(zip("ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", "ABDEGHIJKLMNOPRTUVW", strict=True)),
}

SUBSCRIPTS: Final[dict[str, str]] = {
    **dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎₌", "0123456789+-()=", strict=True)),
    **dict(zip("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "aehijklmnoprstuvx", strict=True)),
}

VULGAR_FRACTIONS: Final[dict[str, tuple[int, int]]] = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
    "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8),
    "⅞": (7, 8), "⅒": (1, 10),
}  # fmt: skip

_LOOKALIKES: Final = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full width
    "ℎ": "h", "ⅆ": "d", "ⅇ": "e", "ⅈ": "i", "ⅉ": "j", "Ω": "Ω", "∆": "Δ", "∶": ":",
}  # fmt: skip


def plain_letters(text: str) -> str:
    """The text with full-width and mathematical letters and digits as common ones, 𝑥 as x.

    Every character keeps its place.
    """
    if text.isascii():
        return text
    return "".join(_plain_letter(character) for character in text)


def _plain_letter(character: str) -> str:
    if "\U0001d400" <= character <= "\U0001d7ff":
        folded = unicodedata.normalize("NFKC", character)
        return folded if len(folded) == 1 else character
    return _LOOKALIKES.get(character, character)
