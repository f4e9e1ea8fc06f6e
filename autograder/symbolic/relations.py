"""What simple thing turns one list of values into another: a sign, a factor, a constant, a reciprocal.

The values are those of two formulas at sample points, certified. A relation is believed when it holds at
every point, exactly or to 60 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from flint import arb, fmpq

from autograder.symbolic.arithmetic import Real, ball, exact, fraction
from autograder.symbolic.show import plain
from autograder.symbolic.tree import Add, Divide, Multiply, Negate, Node, Number, Power, Symbol

_CLOSE: Final = 2.0**-60
_SIMPLE: Final = 1_000
_ONE: Final = Number(Fraction(1))

Values = Sequence[Real]


def near(left: Real, right: Real) -> bool:
    """Whether two certified values are the same, as far as 60 bits tell."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return bool(left == right)
    a, b = ball(left), ball(right)
    scale = max(abs(float(a.mid())), abs(float(b.mid())), 2.0**-40)
    return bool(abs((a - b).mid()) < scale * _CLOSE)


def quotients(above: Values, below: Values) -> list[Real] | None:
    """Point by point above/below where below is not zero; None where only one of the two is zero."""
    found: list[Real] = []
    for a, b in zip(above, below, strict=True):
        if _is_zero(b):
            if not _is_zero(a):
                return None
            continue
        found.append(a / b)
    return found


def constant(values: Values) -> Real | None:
    """The value that all are, or None."""
    if not values or not all(near(values[0], value) for value in values[1:]):
        return None
    return next((value for value in values if isinstance(value, fmpq)), values[0])


def _is_zero(value: Real) -> bool:
    return bool(value == 0) if isinstance(value, fmpq) else bool(abs(value.mid()) < _CLOSE)


def simple(value: Real) -> Fraction | None:
    """The value as a fraction that a person would name."""
    if not isinstance(value, fmpq):
        return None
    found = fraction(value)
    return found if abs(found.numerator) <= _SIMPLE and found.denominator <= _SIMPLE else None


_NAMED_FACTORS: Final[tuple[tuple[Callable[[], arb], str], ...]] = (
    (lambda: 1 / arb(2).log(), "Your logarithms have base 2; here they are natural ones."),
    (lambda: arb(2).log(), "Your logarithms are natural ones; here they have base 2."),
    (lambda: 1 / arb(10).log(), "Your logarithms have base 10; here they are natural ones."),
    (lambda: arb(10).log(), "Your logarithms are natural ones; here they have base 10."),
    (lambda: arb(2).log() / arb(10).log(), "Your logarithms have base 10; here they have base 2."),
    (lambda: arb.pi() / 180, "Your angle is in radians where degrees are asked for."),
    (lambda: 180 / arb.pi(), "Your angle is in degrees where radians are asked for."),
    (lambda: arb.pi(), "Your formula is π times the right one."),
    (lambda: 1 / arb.pi(), "Your formula is the right one divided by π."),
)


def by_factor(expected: Values, student: Values) -> str | None:
    """A constant factor between the two."""
    ratios = quotients(student, expected)
    factor = None if not ratios else constant(ratios)
    if factor is None or _is_zero(factor):
        return None
    number = simple(_rounded(factor))
    if number == 1:
        return "Your formula is right wherever it has a value, but it has none where the right one has."
    if number == -1:
        return "Your formula has the opposite sign everywhere."
    if number is not None:
        return f"Your formula is {number} times the right one everywhere."
    for named, line in _NAMED_FACTORS:
        if near(factor, named()):
            return line
    squared = simple(_rounded(factor * factor))
    if squared is not None:
        sign = "-" if factor < 0 else ""
        return f"Your formula is {sign}sqrt({squared}) times the right one everywhere."
    return None


def _rounded(value: Real) -> Real:
    """A ball as the small fraction at its middle, if there is one."""
    if isinstance(value, fmpq):
        return value
    guess = Fraction(float(value.mid())).limit_denominator(60)
    candidate = exact(guess)
    return candidate if near(candidate, value) else value


def by_constant(expected: Values, student: Values) -> str | None:
    """A constant difference between the two, or a constant sum."""
    pairs = list(zip(expected, student, strict=True))
    difference = constant([b - a for a, b in pairs])
    number = None if difference is None else simple(difference)
    if number:
        word = "more" if number > 0 else "less"
        return f"Your formula is always {abs(number)} {word} than the right one."
    total = constant([a + b for a, b in pairs])
    number = None if total is None else simple(total)
    return f"Your formula is {number} minus the right one." if number else None


def by_function(expected: Values, student: Values) -> str | None:
    """A reciprocal, a square, a root, or an exponential or logarithm of the right formula."""
    for apply, line in _FUNCTIONS:
        if all(_related(apply, a, b) for a, b in zip(expected, student, strict=True)):
            return line
    return None


def _related(apply: Callable[[Real], Real | None], right: Real, given: Real) -> bool:
    value = apply(right)
    return value is not None and near(value, given)


def _reciprocal(value: Real) -> Real | None:
    return None if _is_zero(value) else 1 / value


def _square_of(value: Real) -> Real | None:
    return value * value


def _root_of(value: Real) -> Real | None:
    return ball(value).sqrt() if value >= 0 else None


def _exponential(value: Real) -> Real | None:
    return ball(value).exp() if abs(ball(value)) < 1_000 else None


def _logarithm(value: Real) -> Real | None:
    return ball(value).log() if value > 0 else None


_FUNCTIONS: Final[tuple[tuple[Callable[[Real], Real | None], str], ...]] = (
    (_reciprocal, "Your formula is upside down: it is the reciprocal of the right one."),
    (_square_of, "Your formula is the square of the right one."),
    (_root_of, "Your formula is the square root of the right one."),
    (_exponential, "Your formula is the exponential of the right one; take its logarithm."),
    (_logarithm, "Your formula is the logarithm of the right one."),
)


def symbolic_factors(names: Mapping[str, bool]) -> Iterator[tuple[Node, str]]:
    """Factors that get lost or doubled: x, x², √x, 1 − x, and their reciprocals, with their words.

    `names` says of each symbol whether it lies between 0 and 1.
    """
    two = Number(Fraction(2))
    for name, is_share in names.items():
        symbol = Symbol(name)
        parts: list[Node] = [symbol, Power(symbol, two), Power(symbol, Number(Fraction(1, 2)))]
        if is_share:
            parts.append(Add((_ONE, Negate(symbol))))
        for part in parts:
            yield part, f"is {plain(part)} times the right one"
            yield Divide(_ONE, part), f"is the right one divided by {_in_brackets(part)}"
    pairs = [(a, b) for a in names for b in names if a < b]
    for a, b in pairs[:15]:
        product = Multiply((Symbol(a), Symbol(b)))
        yield product, f"is {plain(product)} times the right one"
        yield Divide(_ONE, product), f"is the right one divided by {_in_brackets(product)}"


def _in_brackets(node: Node) -> str:
    text = plain(node)
    return text if isinstance(node, Symbol) else f"({text})"


def with_signs(factors: Iterator[tuple[Node, str]]) -> Iterator[tuple[Node, str]]:
    """Each factor, and its negative."""
    for factor, words in factors:
        yield factor, words
        yield Negate(factor), f"{words}, with the opposite sign"
