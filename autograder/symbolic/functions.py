"""The functions and constants a formula may name, with the spellings students use."""

from __future__ import annotations

from typing import Final

Arity = tuple[int, int | None]

# Canonical name -> how many arguments it takes (least, most; None for any number).
ARITY: Final[dict[str, Arity]] = {
    **dict.fromkeys(
        "floor ceil trunc round abs sign sqrt exp sin cos tan sinh cosh tanh asin acos atan asinh acosh "
        "atanh relu sigmoid softplus erf factorial doublefactorial Gamma digamma harmonic "
        "conjugate re im arg transpose trace det inverse norm".split(),
        (1, 1),
    ),
    **dict.fromkeys("mod gcd root binomial atan2 dot cross".split(), (2, 2)),
    "min": (1, None),
    "max": (1, None),
    "log": (1, 2),
}

# Functions that take a list or a set in the place of several arguments.
VARIADIC: Final = frozenset({"min", "max", "gcd", "lcm", "sum", "product"})

ALIASES: Final[dict[str, str]] = {
    "ceiling": "ceil",
    "int": "trunc",
    "fix": "trunc",
    "absolute": "abs",
    "Abs": "abs",
    "fabs": "abs",
    "sgn": "sign",
    "Min": "min",
    "Max": "max",
    "minimum": "min",
    "maximum": "max",
    "amin": "min",
    "amax": "max",
    "Mod": "mod",
    "fmod": "mod",
    "remainder": "mod",
    "ln": "log",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "arsinh": "asinh",
    "arcosh": "acosh",
    "artanh": "atanh",
    "arctan2": "atan2",
    "arccot": "acot",
    "arcsec": "asec",
    "arccsc": "acsc",
    "cosec": "csc",
    "ctg": "cot",
    "cotan": "cot",
    "tg": "tan",
    "ReLU": "relu",
    "logistic": "sigmoid",
    "expit": "sigmoid",
    "swish": "silu",
    "SiLU": "silu",
    "clamp": "clip",
    "Heaviside": "heaviside",
    "power": "pow",
    "comb": "binomial",
    "binom": "binomial",
    "nCr": "binomial",
    "choose": "binomial",
    "perm": "nPr",
    "factorial2": "doublefactorial",
    "conj": "conjugate",
    "Re": "re",
    "real": "re",
    "Im": "im",
    "imag": "im",
    "Arg": "arg",
    "tr": "trace",
    "Tr": "trace",
    "inv": "inverse",
    "prod": "product",
    "Sum": "sum",
    "Prod": "product",
    "Product": "product",
    "integrate": "integral",
    "Integral": "integral",
    "diff": "derivative",
    "Derivative": "derivative",
    "lim": "limit",
    "Limit": "limit",
    "Piecewise": "piecewise",
    "array": "matrix",
    "tensor": "matrix",
    "Matrix": "matrix",
    "vector": "matrix",
    "Vector": "matrix",
    "FiniteSet": "set",
    "Set": "set",
    "Tuple": "tuple",
    "interval": "Interval",
    "Union": "union",
    "Intersection": "intersection",
}

# Functions that may stand without brackets; any other name is one only before a bracket.
UNBRACKETED: Final = frozenset(
    "floor ceil abs sign sqrt exp sin cos tan cot sec csc sinh cosh tanh coth sech csch asin acos "
    "atan asinh acosh atanh acot asec acsc acoth relu sigmoid softplus log log2 log10 lb lg min max "
    "mod gcd lcm det trace re im arg sum product".split()
)

# Functions that are read as formulas of others; `expansions` says which.
EXPANDED: Final = frozenset(
    "square pow cbrt nthroot exp2 expm1 log1p rsqrt isqrt reciprocal hypot cot sec csc coth sech "
    "csch acot asec acsc acoth erfc silu clip heaviside lcm nPr betafunction degrees radians".split()
)

# Functions that a module of their own reads: their arguments are no plain list of formulas.
SPECIAL: Final = frozenset(
    "sum product integral derivative limit piecewise where matrix set tuple Interval Interval.open "
    "Interval.Lopen Interval.Ropen union intersection".split()
)

# Functions spelt with their base: log2(n) is log(n, 2). `lg` is ISO 80000's common logarithm.
LOG_BASES: Final[dict[str, int]] = {"log2": 2, "log10": 10, "lb": 2, "lg": 10}

CONSTANTS: Final[dict[str, str]] = {
    "pi": "pi",
    "e": "e",
    "infty": "oo",
    "infinity": "oo",
    "inf": "oo",
    "oo": "oo",
    "i": "i",
    "j": "i",
    "I": "i",
}

# sin^{-1} x is asin(x); other functions have no such shorthand.
INVERSES: Final = {
    "sin": "asin",
    "cos": "acos",
    "tan": "atan",
    "sinh": "asinh",
    "cosh": "acosh",
    "tanh": "atanh",
    "cot": "acot",
    "sec": "asec",
    "csc": "acsc",
}


def canonical_function(name: str, *, before_bracket: bool) -> str | None:
    """The function that `name` spells there, or None."""
    name = ALIASES.get(name, name)
    if not before_bracket and name not in UNBRACKETED:
        return None
    known = name in ARITY or name in SPECIAL or name in LOG_BASES or name in EXPANDED
    return name if known else None
