"""Decides whether two formulas are equal on their domain, and says how it knows.

Refute first: at exact sample points, boundary values among them, one certified difference is a
counterexample and the end. What survives is proved: the same tree; the same rational normal
form; or SymPy's word. What is neither refuted nor proved is equal as far as the points reach, and
undecided where they do not reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from flint import arb

from autograder.symbolic.arithmetic import Real, at_precision, differ
from autograder.symbolic.conditions import Condition
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import NoValue, TooCostly, Undefined
from autograder.symbolic.normal import same_normal_form
from autograder.symbolic.prover import Prover
from autograder.symbolic.sample import Point, complexity, sample_points
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Node, free_symbols

Proof = Literal["structural", "exact", "sympy", "numeric"]

ENOUGH_POINTS: Final = 50
# A closed form may have gaps at boundary values (a geometric sum at ratio 1) and is still right.
_MOSTLY_UNDEFINED: Final = 0.6
# A formula that costs too much at a few points costs too much at most.
_MOST_COSTLY: Final = 3


@dataclass(frozen=True)
class Counterexample:
    """A point at which two formulas differ, with both values as text."""

    point: dict[str, str]
    expected: str
    student: str

    def where(self) -> str:
        """The point in words: `W = 7, K = 3`."""
        return ", ".join(f"{name} = {value}" for name, value in self.point.items())


@dataclass(frozen=True)
class Verdict:
    """What was decided about two formulas, and the evidence for it."""

    verdict: Literal["equal", "different", "undecided"]
    evidence: str
    proof: Proof | None = None
    counterexample: Counterexample | None = None

    @property
    def equal(self) -> bool:
        """Whether the formulas are equal."""
        return self.verdict == "equal"


@dataclass
class _Tally:
    """What the sample points showed."""

    agree: int = 0
    undefined: int = 0
    unknown: int = 0
    worst: Counterexample | None = None
    gap: Counterexample | None = None


class Comparer:
    """Compares formulas of one question: its symbols, its conditions, its points."""

    def __init__(
        self,
        table: SymbolTable,
        conditions: Sequence[Condition] = (),
        *,
        prover: Prover | None = None,
        seed: int = 0,
    ) -> None:
        self.table = table
        self.conditions = tuple(conditions)
        self.prover = prover
        self.seed = seed
        self._points: dict[frozenset[str], list[Point]] = {}

    def compare(self, expected: Node, student: Node) -> Verdict:
        """Whether the student's formula equals the expected one under the conditions."""
        if expected == student:
            return Verdict("equal", "identical to the expected formula", "structural")
        names = free_symbols(expected) | free_symbols(student)
        points = self.points(names)
        tally = _tally(points, expected, student)
        if tally.worst is not None:
            where = tally.worst.where()
            evidence = f"differs at {where}" if where else "the two numbers differ"
            return Verdict("different", evidence, counterexample=tally.worst)
        return self._prove(expected, student, names, tally, len(points))

    def points(self, names: frozenset[str]) -> list[Point]:
        """The sample points of these symbols, and of those the conditions tie to them."""
        wanted = set(names)
        for condition in self.conditions:
            if condition.names & wanted:
                wanted |= condition.names
        key = frozenset(wanted)
        if key not in self._points:
            symbols, families = self._domains(key)
            relevant = [c for c in self.conditions if c.names <= key]
            self._points[key] = sample_points(symbols, families, relevant, seed=self.seed)
        return self._points[key]

    def _domains(self, names: frozenset[str]) -> tuple[dict[str, Domain], dict[str, Domain]]:
        symbols = {n: self.table.symbols.get(n, Domain()) for n in sorted(names) if n[-1] != "]"}
        families = {
            name: domain for name, domain in self.table.families.items() if f"{name}[]" in names
        }
        return symbols, families

    def _prove(
        self, expected: Node, student: Node, names: frozenset[str], tally: _Tally, total: int
    ) -> Verdict:
        reached = f"agrees at {tally.agree} exact points"
        if tally.undefined:
            reached += f" and has no value at {tally.undefined}"
        if tally.gap is not None and tally.agree == 0 and tally.unknown == 0:
            return Verdict("different", "has no value", counterexample=tally.gap)
        if tally.undefined > _MOSTLY_UNDEFINED * (tally.agree + tally.undefined):
            return Verdict("undecided", reached)
        if same_normal_form(expected, student):
            return Verdict("equal", f"equal by exact algebra; {reached}", "exact")
        domains = self._domains(names)[0]
        if self.prover is not None and self.prover.proves_equal(expected, student, domains):
            return Verdict("equal", f"equal: proved by SymPy; {reached}", "sympy")
        if 0 < min(ENOUGH_POINTS, total) <= tally.agree + tally.undefined:
            return Verdict("equal", reached, "numeric")
        return Verdict("undecided", f"{reached} of {total}, which is too few to decide")


def _tally(points: Sequence[Point], expected: Node, student: Node) -> _Tally:
    """Compare at every point, and keep the simplest point at which the formulas differ."""
    tally, costly = _Tally(), 0
    for point in sorted(points, key=complexity):
        if costly >= _MOST_COSTLY or not _has_value(expected, point):
            tally.unknown += 1
            continue
        try:
            different = differ(
                lambda point=point: point.evaluator().value(expected),  # type: ignore[misc]
                lambda point=point: point.evaluator().value(student),  # type: ignore[misc]
            )
        except Undefined:
            tally.undefined += 1
            tally.gap = tally.gap or _counterexample(point, expected, student)
        except NoValue as reason:
            tally.unknown += 1
            costly += isinstance(reason, TooCostly)
        else:
            if different:
                tally.worst = _counterexample(point, expected, student)
                return tally
            tally.agree += 1
    return tally


def _has_value(node: Node, point: Point) -> bool:
    try:
        at_precision(lambda: point.evaluator().value(node))
    except NoValue:
        return False
    return True


def _counterexample(point: Point, expected: Node, student: Node) -> Counterexample:
    values = (shown_value(expected, point), shown_value(student, point))
    return Counterexample(point.describe(), *values)


def shown_value(node: Node, point: Point) -> str:
    """The value of a formula at a point, as a person would write it."""
    try:
        value: Real = at_precision(lambda: point.evaluator().value(node))
    except NoValue as reason:
        return f"no value ({reason})"
    return value.str(8, radius=False) if isinstance(value, arb) else str(value)
