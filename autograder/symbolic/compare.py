"""Decides whether two formulas are equal on their domain, and says how it knows.

Refute first: at exact sample points, boundary values among them, one certified difference is a
counterexample and the end. What survives is proved: the same tree; the same normal form; or
SymPy's word. What is neither refuted nor proved is equal as far as the points reach, and undecided
where they do not reach.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Final

from autograder.symbolic.cache import SHARED, VerdictCache
from autograder.symbolic.closed import closed
from autograder.symbolic.conditions import Condition
from autograder.symbolic.domain import Domain
from autograder.symbolic.form.prove import Facts, proved
from autograder.symbolic.prover import Prover
from autograder.symbolic.refute import Tally, refute
from autograder.symbolic.relate import compare_relations
from autograder.symbolic.sample import Point, Points, complexity
from autograder.symbolic.structured import compare_structures, is_structure
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Call, Node, Piecewise, free_symbols, walk
from autograder.symbolic.verdict import Counterexample, Proof, Verdict

__all__ = ["Comparer", "Counterexample", "Proof", "Verdict"]

ENOUGH_POINTS: Final = 50
# The points tried before a proof: a wrong formula seldom survives them.
_FIRST_POINTS: Final = 12
_POINTS_WITH_TIES: Final = 28  # the boundary values of three symbols in all combinations
_KINKED: Final = frozenset(("abs", "sign", "max", "min", "relu"))
# A closed form may have gaps at boundary values (a geometric sum at ratio 1) and is still right;
# a formula without a value at usual points is not.
_MOST_GAPS: Final = Fraction(1, 6)


class Comparer:
    """Compares formulas of one question: its symbols, its conditions, its points.

    `tolerance` is relative, and 0 where only exact equality counts: 0.3333 is then no third.
    """

    def __init__(
        self,
        table: SymbolTable,
        conditions: Sequence[Condition] = (),
        *,
        prover: Prover | None = None,
        seed: int = 0,
        tolerance: Fraction = Fraction(0),
        cache: VerdictCache | None = SHARED,
    ) -> None:
        self.table = table
        self.conditions = tuple(conditions)
        self.prover = prover
        self.seed = seed
        self.tolerance = tolerance
        self._cache = cache
        self._points: dict[frozenset[str], Points] = {}
        self._question = self._key()

    def _key(self) -> Hashable:
        """What a verdict depends on beside the two formulas."""
        return (
            frozenset(self.table.symbols.items()),
            frozenset(self.table.families.items()),
            self.conditions,
            self.seed,
            self.tolerance,
            self.prover is not None,
        )

    def compare(self, expected: Node, student: Node) -> Verdict:
        """Whether the student's formula equals the expected one under the conditions."""
        if expected == student:
            return Verdict("equal", "identical to the expected formula", "structural")
        if self._cache is None:
            return self._decide(expected, student)
        key = (self._question, expected, student)
        verdict = self._cache.get(key)
        if verdict is None:
            verdict = self._decide(expected, student)
            if verdict.verdict != "undecided":  # more time may decide it
                self._cache.put(key, verdict)
        return verdict

    def points(self, names: frozenset[str]) -> list[Point]:
        """The sample points of these symbols, and of those the conditions tie to them."""
        return self._stream(names).all()

    def _stream(self, names: frozenset[str]) -> Points:
        key = self._related(names)
        if key not in self._points:
            symbols, families = self._domains(key)
            relevant = [c for c in self.conditions if c.names <= key]
            self._points[key] = Points(symbols, families, relevant, seed=self.seed)
        return self._points[key]

    def _related(self, names: frozenset[str]) -> frozenset[str]:
        """Names, and those that conditions tie to them."""
        wanted = set(names)
        for condition in self.conditions:
            if condition.names & wanted:
                wanted |= condition.names
        return frozenset(wanted)

    def _domains(self, names: frozenset[str]) -> tuple[dict[str, Domain], dict[str, Domain]]:
        symbols = {n: self.table.symbols.get(n, Domain()) for n in sorted(names) if n[-1] != "]"}
        families = {
            name: domain for name, domain in self.table.families.items() if f"{name}[]" in names
        }
        return symbols, families

    def _decide(self, expected: Node, student: Node) -> Verdict:
        if is_structure(expected) or is_structure(student):
            return compare_structures(expected, student, self.compare, self._compare_relations)
        return self._decide_formulas(expected, student)

    def _compare_relations(self, expected: Node, student: Node) -> Verdict:
        names = self._related(free_symbols(expected) | free_symbols(student))
        symbols, families = self._domains(names)
        relevant = [c for c in self.conditions if c.names <= names]

        def sample(more: Sequence[Condition], count: int) -> list[Point]:
            return Points(symbols, families, [*relevant, *more], seed=self.seed).first(count)

        return compare_relations(expected, student, self.facts(names), sample)

    def _decide_formulas(self, expected: Node, student: Node) -> Verdict:
        """1. a few points; 2. the normal form; 3. all points; 4. SymPy; 5. what the points say."""
        names = free_symbols(expected) | free_symbols(student)
        expected, student = (closed(node, self.facts(names)) for node in (expected, student))
        points = self._stream(names)
        tally = Tally()
        first = points.first(_FIRST_POINTS)
        refute(tally, sorted(first, key=complexity), expected, student, self.tolerance)
        is_proved = tally.worst is None and proved(expected, student, self.facts(names))
        if tally.worst is None:
            rest = self._still_to_try(points, tally, expected, student, is_proved=is_proved)
            refute(tally, sorted(rest, key=complexity), expected, student, self.tolerance)
        if tally.worst is not None:
            where = tally.worst.where()
            evidence = f"differs at {where}" if where else "the two numbers differ"
            return Verdict("different", evidence, counterexample=tally.worst)
        return self._judge(expected, student, tally, points, is_proved=is_proved)

    @staticmethod
    def _still_to_try(
        points: Points, tally: Tally, expected: Node, student: Node, *, is_proved: bool
    ) -> list[Point]:
        """All points without a proof; after one, those where cases may meet, if there are cases.

        A normal form says nothing of single points.
        """
        if not is_proved or tally.undefined or not tally.agree:
            return points.all()[_FIRST_POINTS:]
        if _has_kinks(expected) or _has_kinks(student):
            return points.first(_POINTS_WITH_TIES)[_FIRST_POINTS:]
        return []

    def facts(self, names: frozenset[str]) -> Facts:
        """What a proof may use about these symbols."""
        related = self._related(names)
        relations = [(c.left, c.operator, c.right) for c in self.conditions if c.names <= related]
        return Facts(self.table.symbols, self.table.families, relations)

    def _judge(
        self, expected: Node, student: Node, tally: Tally, points: Points, *, is_proved: bool
    ) -> Verdict:
        reached = _reached(tally)
        if self.tolerance:
            reached += f", within a relative {float(self.tolerance):g}"
        gap = _wide_gap(tally)
        if gap is not None:
            return Verdict("different", f"has no value at {gap.where()}", counterexample=gap)
        if is_proved:
            return Verdict("equal", f"equal by exact algebra; {reached}", "exact")
        if self._sympy_proves(expected, student):
            return Verdict("equal", f"equal: proved by SymPy; {reached}", "sympy")
        total = len(points.all())
        if 0 < min(ENOUGH_POINTS, total) <= tally.compared:
            return Verdict("equal", reached, "numeric")
        return Verdict("undecided", f"{reached} of {total}, which is too few to decide")

    def _sympy_proves(self, expected: Node, student: Node) -> bool:
        if self.prover is None:
            return False
        names = free_symbols(expected) | free_symbols(student)
        return self.prover.proves_equal(expected, student, self._domains(names)[0])


def _has_kinks(node: Node) -> bool:
    """Whether a formula changes its form or jumps at single points."""
    return any(
        isinstance(part, Piecewise) or (isinstance(part, Call) and part.function in _KINKED)
        for part in walk(node)
    )


def _reached(tally: Tally) -> str:
    """How far the points reached, in words."""
    points = "1 exact point" if tally.agree == 1 else f"{tally.agree} exact points"
    reached = f"agrees at {points}"
    if tally.gap is not None:
        where = tally.gap.where()
        at = f", as at {where}" if where else ""
        reached += f" and has no value at {tally.undefined}{at}"
    return reached


def _wide_gap(tally: Tally) -> Counterexample | None:
    """A gap that counts: no value where the expected formula has one, and not only at the edges."""
    if tally.gap is not None and tally.agree == 0:
        return tally.gap
    usual = tally.usual_agree + tally.usual_undefined
    if tally.usual_gap is not None and tally.usual_undefined > _MOST_GAPS * usual:
        return tally.usual_gap
    return None
