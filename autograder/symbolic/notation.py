"""Tables that bring Unicode mathematics and LaTeX commands to one set of names and operators."""

from __future__ import annotations

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
}

COMBINING_ACCENTS: Final[dict[str, str]] = {
    "\u0302": "hat",
    "\u02c6": "hat",
    "\u0304": "bar",
    "\u0305": "bar",
    "\u0303": "tilde",
    "\u20d7": "vec",
}

# What a character or LaTeX command means as an operator or bracket.
OPERATORS: Final[dict[str, str]] = {
    "·": "*", "⋅": "*", "×": "*", "∗": "*", "•": "*", "⨯": "*",
    "÷": "/", "∕": "/", "⁄": "/",
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "﹣": "-",
    "＋": "+", "＝": "=", "←": "=", "≔": "=",
    "≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", "≠": "!=",
    "∑": "sum", "∏": "product", "√": "sqrt", "∞": "oo",
    "⌊": "⌊", "⌋": "⌋", "⌈": "⌈", "⌉": "⌉",
    "，": ",", "；": ";", "∣": "|", "…": "dots", "⋯": "dots",
}  # fmt: skip

LATEX_OPERATORS: Final[dict[str, str]] = {
    "cdot": "*", "times": "*", "ast": "*", "cdotp": "*",
    "div": "/", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=",
    "geqslant": ">=", "lt": "<", "gt": ">", "ne": "!=", "neq": "!=", "leftarrow": "=", "gets": "=",
    "coloneqq": "=", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lbrack": "[",
    "rbrack": "]", "lvert": "|", "rvert": "|", "vert": "|", "mid": "|", "infty": "oo",
    "dots": "dots", "ldots": "dots", "cdots": "dots", "sum": "sum", "prod": "product",
    "sqrt": "sqrt", "frac": "frac", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac",
    "binom": "binom", "dbinom": "binom", "tbinom": "binom", "bmod": "mod", "mod": "mod",
}  # fmt: skip

# Commands that change only the look of what follows.
LATEX_INVISIBLE: Final = frozenset(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle displaystyle "
    "textstyle scriptstyle limits nolimits quad qquad mathbf boldsymbol bm mathbb mathcal mathsf "
    "mathnormal nonumber notag hfill thinspace space".split()
)

# Commands whose braces hold a name rather than a formula.
LATEX_TEXT: Final = frozenset(
    "text textrm textit textbf mathrm mathit mathtt operatorname rm mbox".split()
)

LATEX_SPACES: Final = frozenset({",", ";", ":", "!", " ", ">"})

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
    "½": (1, 2),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "¼": (1, 4),
    "¾": (3, 4),
    "⅛": (1, 8),
}
