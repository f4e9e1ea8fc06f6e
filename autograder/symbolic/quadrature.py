"""Values of definite integrals between finite bounds, by certified quadrature.

The integrand must be analytic around the interval. Where a part of it is not, or a branch cut comes
near, there is no value: nothing is guessed from samples.
"""

from __future__ import annotations

from typing import Final

from flint import acb, arb

from autograder.symbolic.balls import Complex, Real, ball
from autograder.symbolic.complexes import Complexes
from autograder.symbolic.evaluate import (
    Evaluator,
    Imprecise,
    Members,
    NoValue,
    TooCostly,
    Unsupported,
)
from autograder.symbolic.tree import Integral, Node

_MOST_EVALUATIONS: Final = 3_000
_ENTIRE: Final = frozenset({"exp", "sin", "cos", "sinh", "cosh", "erf"})
_WITH_POLES: Final = frozenset({"tan", "tanh", "sigmoid"})
# Analytic where the real part is positive: their cuts lie on the negative half-axis.
_CUT_LEFT: Final = frozenset({"log", "sqrt", "root"})


class _Analytic(Complexes):
    """Complex numbers of which only analytic functions are taken, away from their cuts."""

    def power(self, base: Complex, exponent: Complex) -> Complex:
        """An integer power, or the power of a base to the right of the cut"""
        varies = isinstance(base, acb) or isinstance(exponent, acb)
        is_integer = not isinstance(exponent, (acb, arb)) and exponent.denom() == 1
        if varies and not is_integer:
            _refuse_left(base)
        return super().power(base, exponent)

    def call(self, function: str, arguments: list[Complex]) -> Complex:
        """A function that is analytic where it is taken"""
        if any(isinstance(argument, acb) for argument in arguments):
            if function in _CUT_LEFT:
                _refuse_left(arguments[0])
            elif function == "atan":
                _refuse_far(arguments[0])
            elif function not in _ENTIRE | _WITH_POLES:
                raise Unsupported(f"{function} is not analytic")
        return super().call(function, arguments)


def _refuse_left(value: Complex) -> None:
    real = value.real if isinstance(value, acb) else ball(value)
    if not real > 0:
        raise Imprecise("a branch cut comes near")


def _refuse_far(value: Complex) -> None:
    if not abs(acb(value).imag) < 1:
        raise Imprecise("a branch cut comes near")


def definite_integral(node: Integral, at: Evaluator[Real]) -> Real:
    """The integral between its bounds.

    Raises:
        NoValue: it is an antiderivative, improper, or not analytic.
    """
    if node.lower is None:
        raise Unsupported("an antiderivative has a value only up to a constant")
    low, high = (acb(ball(at.value(bound))) for bound in (node.lower, node.upper))
    integrand = _Integrand(node.body, node.variable, at)
    result = acb.integral(integrand, low, high, eval_limit=_MOST_EVALUATIONS)
    if not result.is_finite():
        raise TooCostly("quadrature does not make the integral certain")
    return result.real


class _Integrand:
    """The body of an integral as a function that flint integrates."""

    def __init__(self, body: Node, variable: str, at: Evaluator[Real]) -> None:
        self.body = body
        self.variable = variable
        members: Members[Complex] = at.members
        self.evaluator: Evaluator[Complex] = Evaluator(_Analytic(), at.symbols, members, at.budget)

    def __call__(self, z: acb, analytic: bool) -> acb:
        """The value on a ball, or none at all where it is not analytic."""
        try:
            return acb(self.evaluator.bound(self.body, self.variable, z))
        except NoValue:
            return acb(arb.nan(), arb.nan())
