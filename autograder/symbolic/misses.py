"""Says how a wrong formula over families misses the right one: its order, an index, a family left out.

Both are unrolled for a few lengths; a simple change of the right formula that gives the student's
polynomial at every length is the diagnosis.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.ratios import Ratio, Ratios
from autograder.symbolic.recurrence import Recurrence
from autograder.symbolic.sequence import Rename, Sequences
from autograder.symbolic.tree import Node
from autograder.symbolic.witness import generators_of

_LENGTHS: Final = (2, 3, 4)

Change = Callable[[int], "tuple[Rename | None, int | None]"]


def explain_miss(sequences: Sequences, expected: Node, answer: Node | Recurrence) -> str | None:
    """One line on what separates a wrong answer from the right one, or None."""
    try:
        misses = _Misses(sequences, expected, answer)
        return misses.by_number() or misses.by_change() or misses.by_use()
    except NoValue:
        return None


class _Misses:
    """The student's and the right polynomial for each length."""

    def __init__(self, sequences: Sequences, expected: Node, answer: Node | Recurrence) -> None:
        self.sequences = sequences
        self.expected = expected
        self.families = list(sequences.table.families)
        self.right = {n: sequences.unrolled(expected, n)[0] for n in _LENGTHS}
        self.given: dict[int, tuple[Ratio, Ratios]] = {
            n: sequences.unrolled(answer, n) for n in _LENGTHS
        }

    def by_number(self) -> str | None:
        """A sign, a constant factor, the length as a factor, a constant difference."""
        differences, ratios = [], []
        for length, right in self.right.items():
            given, algebra = self.given[length]
            differences.append(algebra.add(given, algebra.negate(right)).reduced().constant())
            zero = right.numerator.is_zero()
            ratios.append(None if zero else algebra.divide(given, right).reduced().constant())
        if len(set(ratios)) == 1 and ratios[0]:
            if ratios[0] == -1:
                return "Your formula has the opposite sign everywhere."
            return f"Your formula is {ratios[0]} times the right one everywhere."
        if ratios == [Fraction(n) for n in _LENGTHS]:
            return f"Your formula is {self.sequences.length} times the right one."
        if ratios == [Fraction(1, n) for n in _LENGTHS]:
            return f"Your formula is the right one divided by {self.sequences.length}."
        if len(set(differences)) == 1 and differences[0]:
            word = "more" if differences[0] > 0 else "less"
            return f"Your formula is always {abs(differences[0])} {word} than the right one."
        return None

    def by_change(self) -> str | None:
        """The right formula with its members in other places."""
        for change, line in self._changes():
            if all(self._changed_is_given(length, change) for length in _LENGTHS):
                return line
        return None

    def _changed_is_given(self, length: int, change: Change) -> bool:
        rename, size = change(length)
        try:
            changed, _ = self.sequences.unrolled(self.expected, length, rename, size)
        except NoValue:
            return False
        return changed == self.given[length][0]

    def _changes(self) -> Iterator[tuple[Change, str]]:
        yield (
            lambda n: (lambda family, i: (family, n + 1 - i), None),
            "Your formula takes the members in reversed order.",
        )
        yield lambda n: (None, n - 1), "Your formula leaves out the last member."
        yield (
            lambda n: (lambda family, i: (family, i + 1), n - 1),
            "Your formula leaves out the first member.",
        )
        for name in self.families:
            for step, words in ((1, "one too high"), (-1, "one too low")):
                yield _moved(name, step), f"The index of {name} is {words}."
            yield (
                _only_reversed(name),
                f"Your formula takes the members of {name} in reversed order.",
            )
            yield _left_out(name), f"Your formula does not depend on {name}."
        for a, b in itertools.combinations(self.families, 2):
            swap = {a: b, b: a}
            yield (
                lambda n, swap=swap: (lambda family, i: (swap.get(family, family), i), None),  # type: ignore[misc]
                f"You have swapped {a} and {b}.",
            )

    def by_use(self) -> str | None:
        """A family that one of the two formulas does not depend on."""
        length = _LENGTHS[-1]
        given, algebra = self.given[length]
        used = [generators_of(algebra, value) for value in (self.right[length], given)]
        for name in self.families:
            right, mine = (any(g.startswith(f"{name}[") for g in part) for part in used)
            if right and not mine:
                return f"Your formula does not depend on {name}."
            if mine and not right:
                return f"Your formula depends on {name}, which has no influence."
        return None


def _moved(name: str, step: int) -> Change:
    """One family's index moved; what falls off the end counts as 1."""

    def change(length: int) -> tuple[Rename, None]:
        def rename(family: str, index: int) -> tuple[str, int] | None:
            if family != name:
                return family, index
            return (family, index + step) if 1 <= index + step <= length else None

        return rename, None

    return change


def _only_reversed(name: str) -> Change:
    def change(length: int) -> tuple[Rename, None]:
        return lambda f, i: (f, length + 1 - i if f == name else i), None

    return change


def _left_out(name: str) -> Change:
    return lambda length: (lambda f, i: None if f == name else (f, i), None)
