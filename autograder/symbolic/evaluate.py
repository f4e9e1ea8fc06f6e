"""Evaluates a tree in an algebra: numbers at a sample point, or polynomials.

Sums and products are unrolled term by term under a budget, so that a hostile bound costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Generic, Protocol, TypeVar

from autograder.symbolic.calculus import NotDifferentiable, differentiate
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Derivative,
    Divide,
    Fold,
    Indexed,
    Integral,
    Junction,
    Limit,
    Multiply,
    Negate,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Symbol,
)

DEFAULT_BUDGET: Final = 20_000
_INFINITY: Final = Constant("oo")
_ORDERS: Final = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}


class NoValue(Exception):
    """A formula has no value at a point; the root of the reasons why."""


class Undefined(NoValue):
    """The formula is undefined there: a division by zero, the logarithm of a negative number."""


class TooCostly(NoValue):
    """The value would take more terms, digits or memory than a grader should spend."""


class Imprecise(NoValue):
    """The working precision does not decide a comparison or a rounding."""


class Unsupported(NoValue):
    """The algebra has no meaning for this part of the formula."""


Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)


class Algebra(Protocol[Value]):
    """What a tree can be evaluated in."""

    def rational(self, value: Fraction) -> Value:
        """The value of an exact number."""

    def constant(self, name: str) -> Value:
        """The value of pi, e or infinity."""

    def add(self, left: Value, right: Value) -> Value:
        """left + right"""

    def multiply(self, left: Value, right: Value) -> Value:
        """left · right"""

    def negate(self, operand: Value) -> Value:
        """-operand"""

    def divide(self, numerator: Value, denominator: Value) -> Value:
        """numerator / denominator"""

    def power(self, base: Value, exponent: Value) -> Value:
        """base to the exponent"""

    def call(self, function: str, arguments: list[Value]) -> Value:
        """A function of values."""

    def integer(self, value: Value) -> int:
        """The value as a Python integer, for bounds and indices."""

    def compare(self, left: Value, right: Value) -> int:
        """-1, 0 or 1, as left is below, equal to or above right."""

    def analysis(self, node: Fold | Integral | Limit, at: Evaluator[Value]) -> Value:
        """The value of an infinite sum or product, an integral or a limit."""


class Members(Protocol[Value_co]):
    """The members of the families at a point."""

    def member(self, family: str, index: int) -> Value_co:
        """The member `family[index]`."""


class NoMembers(Generic[Value]):
    """For formulas in which no family occurs."""

    def member(self, family: str, index: int) -> Value:
        """No family has members here."""
        raise Unsupported(f"{family}[{index}] has no value")


class Evaluator(Generic[Value]):
    """Evaluates trees at one point."""

    def __init__(
        self,
        algebra: Algebra[Value],
        symbols: Mapping[str, Value],
        members: Members[Value],
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        self.algebra = algebra
        self.symbols = dict(symbols)
        self.members = members
        self.budget = budget

    def value(self, node: Node) -> Value:
        """The value of a tree.

        Raises:
            NoValue: there is none, or it costs too much.
        """
        algebra = self.algebra
        match node:
            case Number(value=value):
                return algebra.rational(value)
            case Symbol(name=name):
                return self._symbol(name)
            case Add(terms=terms):
                total = self.value(terms[0])
                for term in terms[1:]:
                    total = algebra.add(total, self.value(term))
                return total
            case Multiply(factors=factors):
                product = self.value(factors[0])
                for factor in factors[1:]:
                    product = algebra.multiply(product, self.value(factor))
                return product
            case Negate(operand=operand):
                return algebra.negate(self.value(operand))
            case Divide(numerator=numerator, denominator=denominator):
                return algebra.divide(self.value(numerator), self.value(denominator))
            case Power(base=base, exponent=exponent):
                return algebra.power(self.value(base), self.value(exponent))
            case Indexed(family=family, index=index):
                return self.members.member(family, algebra.integer(self.value(index)))
            case Call(function=function, arguments=arguments):
                return algebra.call(function, [self.value(argument) for argument in arguments])
            case Constant(name=constant):
                return algebra.constant(constant)
            case Fold(upper=upper) if upper != _INFINITY:
                return self._fold(node)
            case Fold() | Integral() | Limit():
                return algebra.analysis(node, self)
            case Piecewise():
                return self._piecewise(node)
            case Derivative(variable=variable, point=point):
                return self.bound(_derivative(node), variable, self.value(point))
        raise Unsupported(f"a {type(node).__name__.lower()} has no single value")

    def truth(self, condition: Node) -> bool:
        """Whether a condition holds: relations, and what `and` and `or` make of them.

        Raises:
            NoValue: a side has no value, or the precision does not decide.
        """
        match condition:
            case Relation(operator="divides", left=left, right=right):
                remainder = self.algebra.call("mod", [self.value(right), self.value(left)])
                return self.algebra.compare(remainder, self.algebra.rational(Fraction(0))) == 0
            case Relation(operator="=" | "!=" as operator, left=left, right=right):
                same = self.algebra.compare(self.value(left), self.value(right)) == 0
                return same is (operator == "=")
            case Relation(operator=operator, left=left, right=right) if operator in _ORDERS:
                order = self.algebra.compare(self.value(left), self.value(right))
                return order in _ORDERS[operator]
            case Junction(operator="and", parts=parts):
                return all(self.truth(part) for part in parts)
            case Junction(operator="or", parts=parts):
                return any(self.truth(part) for part in parts)
        raise Unsupported(f"a {type(condition).__name__.lower()} is neither true nor false")

    def bound(self, body: Node, name: str, value: Value) -> Value:
        """The value of `body` where `name` has this value, which it loses afterwards."""
        outer = self.symbols.get(name)
        self.symbols[name] = value
        try:
            return self.value(body)
        finally:
            if outer is None:
                del self.symbols[name]
            else:
                self.symbols[name] = outer

    def _piecewise(self, node: Piecewise) -> Value:
        for value, condition in node.cases:
            if self.truth(condition):
                return self.value(value)
        if node.otherwise is None:
            raise Undefined("no case holds")
        return self.value(node.otherwise)

    def _symbol(self, name: str) -> Value:
        try:
            return self.symbols[name]
        except KeyError:
            raise Unsupported(f"{name} has no value") from None

    def _fold(self, node: Fold) -> Value:
        """The terms from the lower to the upper bound; none of them when the bounds cross."""
        algebra = self.algebra
        lower = algebra.integer(self.value(node.lower))
        upper = algebra.integer(self.value(node.upper))
        is_sum = node.kind == "sum"
        result = algebra.rational(Fraction(0 if is_sum else 1))
        if upper - lower >= self.budget:
            raise TooCostly(f"{upper - lower + 1} terms")
        for k in range(lower, upper + 1):
            self.budget -= 1
            if self.budget < 0:
                raise TooCostly("too many terms")
            term = self.bound(node.body, node.index, algebra.rational(Fraction(k)))
            result = algebra.add(result, term) if is_sum else algebra.multiply(result, term)
        return result


def _derivative(node: Derivative) -> Node:
    try:
        return differentiate(node.body, node.variable, node.order)
    except NotDifferentiable as reason:
        raise Unsupported(str(reason)) from None
