"""Values of limits of rational functions: what is removable cancels, degrees decide at infinity."""

from __future__ import annotations

from typing import Final

from flint import fmpq

from autograder.symbolic.arithmetic import fraction
from autograder.symbolic.balls import Real
from autograder.symbolic.evaluate import Evaluator, NoMembers, Undefined, Unsupported
from autograder.symbolic.ratios import Ratio, Ratios
from autograder.symbolic.tree import Constant, Limit, Negate, free_symbols

_INFINITY: Final = Constant("oo")


def limit_value(node: Limit, at: Evaluator[Real]) -> Real:
    """The limit of a rational function of the variable, with every other symbol at its value.

    Raises:
        NoValue: the function is no rational one, or the limit is infinite.
    """
    ratios = Ratios([node.variable])
    symbols = {node.variable: ratios.generator(node.variable)}
    for name in free_symbols(node.body) - {node.variable}:
        value = at.symbols.get(name)
        if not isinstance(value, fmpq):
            raise Unsupported("a limit of more than rational numbers")
        symbols[name] = ratios.rational(fraction(value))
    members: NoMembers[Ratio] = NoMembers()
    reduced = Evaluator(ratios, symbols, members, at.budget).value(node.body).reduced()
    if node.target in (_INFINITY, Negate(_INFINITY)):
        return _at_infinity(reduced)
    target = at.value(node.target)
    if not isinstance(target, fmpq):
        raise Unsupported("a limit at an irrational number")
    bottom = reduced.denominator(target)
    if bottom == 0:
        raise Undefined("the limit is infinite or does not exist")
    return fmpq(reduced.numerator(target)) / bottom


def _at_infinity(value: Ratio) -> Real:
    above, below = value.numerator.total_degree(), value.denominator.total_degree()
    if value.numerator.is_zero() or above < below:
        return fmpq(0)
    if above > below:
        raise Undefined("the limit is infinite")
    return fmpq(value.numerator.leading_coefficient() / value.denominator.leading_coefficient())
