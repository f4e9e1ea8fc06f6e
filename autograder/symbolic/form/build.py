"""From a tree to its normal form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from autograder.symbolic.calculus import NotDifferentiable, differentiate
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import Unsupported
from autograder.symbolic.form import circular, folds, gammas, logarithms, pieces, rounding
from autograder.symbolic.form.basics import (
    conjugate,
    imaginary,
    imaginary_part,
    pi,
    real_part,
)
from autograder.symbolic.form.exponentials import exponential
from autograder.symbolic.form.magnitude import absolute, extreme, sign
from autograder.symbolic.form.powers import power, root
from autograder.symbolic.form.ranges import Range
from autograder.symbolic.form.space import Space
from autograder.symbolic.ratios import Ratio
from autograder.symbolic.substitute import substitute
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Derivative,
    Divide,
    Fold,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Piecewise,
    Power,
    Symbol,
)

Function = Callable[[Space, list[Ratio]], Ratio]


class Builder:
    """Builds normal forms in one space, over symbols with their domains."""

    def __init__(
        self, space: Space, symbols: Mapping[str, Domain], families: Mapping[str, Domain]
    ) -> None:
        self.space = space
        self.symbols = symbols
        self.families = families
        self.bound: dict[str, Ratio] = {}

    def of(self, node: Node) -> Ratio:
        """The normal form of a tree.

        Raises:
            NoValue: there is none.
            Restart, Split: see there.
        """
        space = self.space
        match node:
            case Number(value=value):
                return space.rational(value)
            case Symbol(name=name):
                return self.symbol(name)
            case Add(terms=terms):
                return space.total([self.of(term) for term in terms])
            case Multiply(factors=factors):
                return space.product([self.of(factor) for factor in factors])
            case Negate(operand=operand):
                return space.negate(self.of(operand))
            case Divide(numerator=numerator, denominator=denominator):
                return space.divide(self.of(numerator), self.of(denominator))
            case Power(base=Constant(name="e"), exponent=exponent):
                return exponential(space, self.of(exponent))
            case Power(base=base, exponent=exponent):
                return power(space, self.of(base), self.of(exponent))
            case Call(function=function, arguments=arguments):
                return self._call(function, [self.of(argument) for argument in arguments])
            case Constant(name=constant):
                return self._constant(constant)
            case Indexed(family=family, index=index):
                return self._member(family, self.of(index))
        return self._larger(node)

    def _larger(self, node: Node) -> Ratio:
        match node:
            case Fold():
                return folds.fold(self, node)
            case Piecewise():
                return pieces.piecewise(self, node)
            case Derivative(variable=variable, point=point):
                return self.of(substitute(_derivative(node), {variable: point}))
        raise Unsupported(f"a {type(node).__name__.lower()} has no normal form")

    def symbol(self, name: str) -> Ratio:
        """A symbol; a complex one is its real part and i times its imaginary part."""
        if name in self.bound:
            return self.bound[name]
        domain = self.symbols.get(name, Domain())
        if domain.set == "complex":
            real = self.space.atom("symbol", name=f"re {name}", data=name)
            other = self.space.atom("symbol", name=f"im {name}", data=name)
            return self.space.add(real, self.space.multiply(imaginary(self.space), other))
        return self.space.atom(
            "symbol",
            name=name,
            where=range_of(domain),
            integer=domain.set == "integer",
            data=name,
        )

    def _member(self, family: str, index: Ratio) -> Ratio:
        domain = self.families.get(family, Domain())
        if domain.set == "complex":
            raise Unsupported("a family of complex numbers")
        return self.space.atom(
            "member",
            index,
            name=f"{family}[{self.space.key(index)}]",
            where=range_of(domain),
            integer=domain.set == "integer",
            data=family,
        )

    def _constant(self, name: str) -> Ratio:
        match name:
            case "pi":
                return pi(self.space)
            case "e":
                return exponential(self.space, self.space.one)
            case "i":
                return imaginary(self.space)
        raise Unsupported("infinity has no normal form")

    def _call(self, function: str, arguments: list[Ratio]) -> Ratio:
        space = self.space
        if len(arguments) == 1 and (simple := _OF_ONE.get(function)) is not None:
            return simple(space, arguments[0])
        match function, arguments:
            case "log", [value, base]:
                top, bottom = logarithms.logarithm(space, value), logarithms.logarithm(space, base)
                return space.divide(top, bottom)
            case "root", [value, degree]:
                number = space.constant(degree)
                if number is None or number.denominator != 1 or number <= 0:
                    raise Unsupported("a root of a symbolic degree")
                return root(space, value, int(number))
            case "mod", [value, modulus]:
                return rounding.remainder(space, value, modulus)
            case "binomial", [above, below]:
                return gammas.binomial(space, above, below)
            case "max", _:
                return extreme(space, arguments, 1)
            case "min", _:
                return extreme(space, arguments, -1)
        return self._unknown(function, arguments)

    def _unknown(self, function: str, arguments: list[Ratio]) -> Ratio:
        """A function of which only the name is known: equal at equal arguments."""
        if function in ("gcd", "lcm"):
            arguments = sorted(arguments, key=self.space.key)
        if any(not self.space.atoms[p].real for a in arguments
               for p in self.space.occurring(a.numerator, a.denominator)):  # fmt: skip
            raise Unsupported(f"{function} of a complex number")
        return self.space.atom(function, *arguments, integer=function in ("gcd", "lcm"))


def range_of(domain: Domain) -> Range:
    """Where the values of a domain lie."""
    low = Range().low if domain.low is None else domain.low
    high = Range().high if domain.high is None else domain.high
    low_open = domain.low_open or domain.low is None
    high_open = domain.high_open or domain.high is None
    if domain.set == "integer" and isinstance(low, Fraction) and (low_open or low.denominator > 1):
        low, low_open = Fraction(low // 1 + 1), False
    if domain.nonzero and low == 0:
        low_open = True
    if domain.nonzero and high == 0:
        high_open = True
    return Range(low, high, low_open, high_open)


def _derivative(node: Derivative) -> Node:
    try:
        return differentiate(node.body, node.variable, node.order)
    except NotDifferentiable as reason:
        raise Unsupported(str(reason)) from None


def _sigmoid(space: Space, value: Ratio) -> Ratio:
    return space.inverse(space.add(space.one, exponential(space, space.negate(value))))


def _softplus(space: Space, value: Ratio) -> Ratio:
    return logarithms.logarithm(space, space.add(space.one, exponential(space, value)))


def _rounded(space: Space, value: Ratio) -> Ratio:
    return rounding.floor(space, space.add(value, space.rational(Fraction(1, 2))))


def _inverse(name: str) -> Callable[[Space, Ratio], Ratio]:
    return lambda space, value: logarithms.inverse_hyperbolic(space, name, value)


_OF_ONE: Final[dict[str, Callable[[Space, Ratio], Ratio]]] = {
    **circular.FUNCTIONS,
    "exp": exponential,
    "log": logarithms.logarithm,
    "sqrt": lambda space, value: root(space, value, 2),
    "abs": absolute,
    "sign": sign,
    "relu": lambda space, value: extreme(space, [space.zero, value], 1),
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "floor": rounding.floor,
    "ceil": rounding.ceiling,
    "trunc": rounding.truncated,
    "round": _rounded,
    "factorial": gammas.factorial,
    "doublefactorial": gammas.double_factorial,
    "Gamma": gammas.gamma,
    "harmonic": gammas.harmonic,
    "conjugate": conjugate,
    "re": real_part,
    "im": imaginary_part,
    "asinh": _inverse("asinh"),
    "acosh": _inverse("acosh"),
    "atanh": _inverse("atanh"),
}
