"""Whether signs taken for several quantities can hold together, as far as they are linear.

Fourier and Motzkin's elimination over the monomials; what it cannot refute counts as possible.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from autograder.symbolic.form.space import LinearForm

_MOST_CONSTRAINTS: Final = 60

# coefficient of each monomial, the constant under ""; the whole is above zero, or not below it
Constraint = tuple[dict[str, Fraction], bool]


def feasible(forms: Iterable[LinearForm]) -> bool:
    """Whether every form can be above zero at once."""
    constraints: list[Constraint] = []
    ranges = {}
    for form in forms:
        constraints.append(({name: number for name, number, _ in form}, True))
        ranges.update({name: reach for name, _, reach in form if name})
    for name, reach in ranges.items():
        if isinstance(reach.low, Fraction):
            constraints.append(({name: Fraction(1), "": -reach.low}, reach.low_open))
        if isinstance(reach.high, Fraction):
            constraints.append(({name: Fraction(-1), "": reach.high}, reach.high_open))
    for name in ranges:
        constraints = _eliminated(constraints, name)
        if len(constraints) > _MOST_CONSTRAINTS:
            return True
    return all(_possible(constraint) for constraint in constraints)


def _possible(constraint: Constraint) -> bool:
    numbers, strict = constraint
    constant = numbers.get("", Fraction(0))
    return constant > 0 or (constant == 0 and not strict)


def _eliminated(constraints: list[Constraint], name: str) -> list[Constraint]:
    kept: list[Constraint] = []
    above: list[Constraint] = []
    below: list[Constraint] = []
    for constraint in constraints:
        number = constraint[0].get(name, 0)
        (kept if not number else above if number > 0 else below).append(constraint)
    kept += [_combined(a, b, name) for a in above for b in below]
    return kept


def _combined(above: Constraint, below: Constraint, name: str) -> Constraint:
    up, down = above[0][name], -below[0][name]
    names = above[0].keys() | below[0].keys()
    nothing = Fraction(0)
    combined = {
        n: above[0].get(n, nothing) * down + below[0].get(n, nothing) * up
        for n in names
        if n != name
    }
    return combined, above[1] or below[1]
