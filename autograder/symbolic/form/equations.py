"""Whether two equations or inequalities say the same, by the factors of their differences."""

from __future__ import annotations

from flint import fmpq_mpoly

from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.form.factors import factored, primitive, sign_of
from autograder.symbolic.form.prove import Facts, Proof
from autograder.symbolic.form.space import Restart, Space, Split
from autograder.symbolic.ratios import Ratio
from autograder.symbolic.tree import Add, Node, Sequence


def same_zeros(left: Node, right: Node, facts: Facts, deadline: float) -> bool | None:
    """Whether two differences vanish at the same places; None when the factors do not tell."""
    built = _both(left, right, facts, deadline)
    if built is None:
        return None
    space, one, other = built
    factors = _vanishing(space, one), _vanishing(space, other)
    if factors[0].keys() == factors[1].keys():
        return True
    extra = [f for label, f in factors[0].items() if label not in factors[1]]
    extra += [f for label, f in factors[1].items() if label not in factors[0]]
    plain = all(
        space.atoms[place].kind == "symbol" and not space.atoms[place].integer
        for factor in extra
        for place in space.occurring(factor)
    )
    return False if plain and any(_linear(factor) for factor in extra) else None


def positive_ratio(left: Node, right: Node, facts: Facts, deadline: float) -> bool:
    """Whether one difference is the other one times something positive."""
    built = _both(left, right, facts, deadline)
    if built is None:
        return False
    space, one, other = built
    if space.is_zero(one) or space.is_zero(other):
        return space.is_zero(one) and space.is_zero(other)
    ratio = space.divide(one, other)
    parts = factored(space, ratio)
    strict = all(space.range(factor).positive for factor, _ in parts.factors)
    return strict and sign_of(space, ratio) == 1


def _both(
    left: Node, right: Node, facts: Facts, deadline: float
) -> tuple[Space, Ratio, Ratio] | None:
    """Both differences in one space."""
    proof = Proof(facts, deadline)
    whole = Add((left, right))
    memory = proof.memory(whole)
    for _ in range(12):
        try:
            space, builder = proof.builder(Sequence((left, right)), memory)
            return space, builder.of(left), builder.of(right)
        except Restart:
            continue
        except (Split, NoValue, RecursionError):
            return None
    return None


def _vanishing(space: Space, value: Ratio) -> dict[str, fmpq_mpoly]:
    """The irreducible factors of the numerator that may be zero."""
    if space.is_zero(value):
        return {"0": value.numerator}
    found = {}
    for factor, times in factored(space, value).factors:
        reach = space.range(factor)
        if times > 0 and not (reach.positive or reach.negative):
            found[space.label(primitive(factor))] = factor
    return found


def _linear(factor: fmpq_mpoly) -> bool:
    """Whether a factor changes sign for certain: it is linear, with a number, in some symbol."""
    return any(
        degree == 1 and len(factor) > 0 and _constant_slope(factor, place)
        for place, degree in enumerate(factor.degrees())
    )


def _constant_slope(factor: fmpq_mpoly, place: int) -> bool:
    return bool(factor.derivative(place).is_constant())
