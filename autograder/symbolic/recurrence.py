"""Recurrences as students write them: steps, base cases, and which value is the answer.

    W^{(l)} = S^{(l+1)} (W^{(l+1)} - 1) + K^{(l+1)},   W^{(L)} = 1          (backward)
    r_l = r_{l-1} + (K_l - 1) j_{l-1},  j_l = j_{l-1} S_l,  r_0 = j_0 = 1   (forward, a system)

Names of the recursive families and of the running index are the student's own. The answer is the
value they name (`r = r_L`); where they name none, the last value that the given members reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from autograder.errors import FormulaError
from autograder.symbolic.evaluate import Evaluator, Members, NoValue, TooCostly, Undefined
from autograder.symbolic.ratios import Ratio, Ratios
from autograder.symbolic.reader import Statement
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Indexed, Label, Node, Symbol, free_symbols, walk

_DEPTH: Final = 64


@dataclass(frozen=True)
class Step:
    """`family[index] = body`, where the index runs over the free `variable`."""

    family: str
    index: Node
    variable: str
    body: Node


@dataclass(frozen=True)
class Base:
    """`family[index] = body` at one index."""

    family: str
    index: Node
    body: Node


@dataclass(frozen=True)
class Recurrence:
    """A system of recurrences and the value it is asked for, if the student named one."""

    steps: tuple[Step, ...]
    bases: tuple[Base, ...]
    asked: Node | None
    main: str


def find_recurrence(
    statements: Sequence[Statement], table: SymbolTable, source: str
) -> Recurrence | None:
    """The recurrence that the statements make, or None when they define no family.

    Raises:
        FormulaError: a family is defined, but not so that its values can be computed.
    """
    steps: list[Step] = []
    bases: list[Base] = []
    asked: Node | None = None
    for statement in statements:
        if statement.is_range or not statement.is_equation:
            continue
        *defined, body = statement.parts
        targets = [part for part in defined if _is_new_member(part, table)]
        for target in targets:
            assert isinstance(target, Indexed)
            variable = _running_index(target, table, source)
            if variable is None:
                bases.append(Base(target.family, target.index, body))
            else:
                steps.append(Step(target.family, target.index, variable, body))
        if not targets and _mentions_new(body, table):
            asked = body
    if not steps:
        return None
    _require_known(steps, bases, asked, table, source)
    main = _main(steps, asked, source)
    _require_bases(main, steps, bases, source)
    return Recurrence(tuple(steps), tuple(bases), asked, main)


def _require_known(
    steps: Sequence[Step],
    bases: Sequence[Base],
    asked: Node | None,
    table: SymbolTable,
    source: str,
) -> None:
    """Bodies may use what is declared, what is defined here, and the running index of their step."""
    families = {*table.families, *(step.family for step in steps), *(base.family for base in bases)}
    known = {*table.symbols, *(f"{family}[]" for family in families)}
    bodies = [(step.body, {step.variable}) for step in steps]
    bodies += [(base.body, set[str]()) for base in bases]
    bodies += [(asked, set[str]())] if asked is not None else []
    for body, own in bodies:
        refuse_unknown(body, known | own, table, source)


def refuse_unknown(node: Node, known: set[str], table: SymbolTable, source: str) -> None:
    """A formula may speak of what is known only, families as `K[]`.

    Raises:
        FormulaError: it speaks of something else.
    """
    for name in sorted(free_symbols(node) - known):
        guess = table.suggest(name.removesuffix("[]"))
        hint = f": did you mean {guess}?" if guess else ""
        start, end = _place(node, name.removesuffix("[]")) or (0, len(source))
        raise FormulaError(f"unknown symbol {name}{hint}", source, start, end)


def _place(node: Node, name: str) -> tuple[int, int] | None:
    """Where a symbol or family is named first."""
    for part in walk(node):
        if (isinstance(part, Symbol) and part.name == name) or (
            isinstance(part, Indexed) and part.family == name
        ):
            return part.span
    return None


def _require_bases(main: str, steps: Sequence[Step], bases: Sequence[Base], source: str) -> None:
    """What is defined by itself, and the answer, must start somewhere."""
    based = {base.family for base in bases}
    for step in steps:
        needs = step.family == main or _refers(step.body, step.family)
        if needs and step.family not in based:
            name = step.family
            message = f"the recurrence for {name} has no base case, such as {name}_0 = ..."
            raise FormulaError(message, source, 0, len(source))


def _refers(node: Node, family: str) -> bool:
    return any(isinstance(part, Indexed) and part.family == family for part in walk(node))


def _is_new_member(part: Node, table: SymbolTable) -> bool:
    return isinstance(part, Indexed) and part.family not in table.families


def _mentions_new(node: Node, table: SymbolTable) -> bool:
    return any(_is_new_member(part, table) for part in walk(node))


def _running_index(target: Indexed, table: SymbolTable, source: str) -> str | None:
    free = [name for name in free_symbols(target.index) if name not in table.symbols]
    if len(free) > 1:
        names = " and ".join(sorted(free))
        start, end = target.span or (0, len(source))
        raise FormulaError(f"the index runs over both {names}", source, start, end)
    return free[0] if free else None


def _main(steps: Sequence[Step], asked: Node | None, source: str) -> str:
    """The family that the others serve: the one that no other step refers to."""
    families = list(dict.fromkeys(step.family for step in steps))
    if asked is not None:
        for part in walk(asked):
            if isinstance(part, Indexed) and part.family in families:
                return part.family
    used = {
        part.family
        for step in steps
        for part in walk(step.body)
        if isinstance(part, Indexed) and part.family != step.family
    }
    mains = [family for family in families if family not in used]
    if len(mains) != 1:
        message = f"cannot tell which of {', '.join(families)} is the answer; add a line such as"
        raise FormulaError(f"{message} r = {families[0]}_L", source, 0, len(source))
    return mains[0]


class Unroller:
    """Computes members of a recurrence for one length, each once."""

    def __init__(
        self,
        recurrence: Recurrence,
        algebra: Ratios,
        symbols: dict[str, Ratio],
        given: Members[Ratio],
        budget: int,
    ) -> None:
        self.recurrence = recurrence
        self.algebra = algebra
        self.symbols = symbols
        self.given = given
        self.budget = budget
        self.families = {step.family for step in recurrence.steps}
        self.families |= {base.family for base in recurrence.bases}
        self.known: dict[tuple[str, int], Ratio] = {}
        self.pending: set[tuple[str, int]] = set()

    def answer(self, length: int) -> Ratio:
        """The value that is asked for.

        Raises:
            NoValue: the recurrence does not reach it.
        """
        if self.recurrence.asked is not None:
            return self._value(self.recurrence.asked, {})
        return self._last_reached(length)

    def member(self, family: str, index: int) -> Ratio:
        """A given member, or one that the recurrence defines."""
        if family not in self.families:
            return self.given.member(family, index)
        key = (family, index)
        if key not in self.known:
            if key in self.pending or len(self.pending) > _DEPTH:
                raise Undefined(f"the recurrence for {family} never reaches a base case")
            self.pending.add(key)
            try:
                self.known[key] = self._compute(family, index)
            finally:
                self.pending.discard(key)
        return self.known[key]

    def _compute(self, family: str, index: int) -> Ratio:
        for base in self.recurrence.bases:
            if base.family == family and self._integer(base.index, {}) == index:
                return self._value(base.body, {})
        for step in self.recurrence.steps:
            if step.family == family:
                return self._value(step.body, {step.variable: self._running_value(step, index)})
        raise Undefined(f"{family}[{index}] is not defined")

    def _running_value(self, step: Step, index: int) -> int:
        """The running index at which the step's left side has this index."""
        zero = self._integer(step.index, {step.variable: 0})
        slope = self._integer(step.index, {step.variable: 1}) - zero
        if slope not in (1, -1):
            raise Undefined(f"the index of {step.family} must move by one")
        return (index - zero) * slope

    def _last_reached(self, length: int) -> Ratio:
        """The member farthest from the base case that the given members still define."""
        family = self.recurrence.main
        starts = [
            self._integer(base.index, {}) for base in self.recurrence.bases if base.family == family
        ]
        first = min(starts)
        forward = self._reached(family, max(starts), 1, length)
        backward = self._reached(family, first, -1, length)
        steps_forward, steps_backward = forward - max(starts), first - backward
        if steps_forward == steps_backward == 0:
            return self._only_base(family, starts, length)
        return self.member(family, forward if steps_forward >= steps_backward else backward)

    def _only_base(self, family: str, starts: list[int], length: int) -> Ratio:
        """The answer where no step can be taken: a base case that is itself the last member.

        `r_1 = K_1, r_l = ...` gives r_1 for one layer.
        """
        moves = self._moves(family)
        numbered = {
            self._integer(base.index, {})
            for base in self.recurrence.bases
            if base.family == family and (length == 0 or not free_symbols(base.index))
        }
        if length in numbered and (moves == {1} or (moves == {-1} and length == 0)):
            return self.member(family, length)
        raise Undefined(_why_nowhere(family, moves, starts, length))

    def _moves(self, family: str) -> set[int]:
        """In which directions the steps go: 1 up from lower members, -1 down, 0 to itself."""
        moves: set[int] = set()
        for step in self.recurrence.steps:
            for part in walk(step.body) if step.family == family else ():
                if isinstance(part, Indexed) and part.family == family:
                    at = {step.variable: 0}
                    try:
                        offset = self._integer(step.index, at) - self._integer(part.index, at)
                    except NoValue:
                        continue
                    moves.add((offset > 0) - (offset < 0))
        return moves

    def _reached(self, family: str, start: int, direction: int, length: int) -> int:
        """How far from `start` the members are defined, at most one step per layer and one more."""
        index = start
        for _ in range(length + 1):
            try:
                self.member(family, index + direction)
            except TooCostly:
                raise
            except NoValue:
                return index
            index += direction
        return index

    def _integer(self, node: Node, extra: dict[str, int]) -> int:
        return self.algebra.integer(self._value(node, extra))

    def _value(self, node: Node, extra: dict[str, int]) -> Ratio:
        values = {name: self.algebra.rational(Fraction(value)) for name, value in extra.items()}
        evaluator = Evaluator(self.algebra, {**self.symbols, **values}, self, self.budget)
        result = evaluator.value(node)
        self.budget = evaluator.budget
        return result


def _why_nowhere(family: str, moves: set[int], starts: list[int], length: int) -> str:
    """Why the base case of a recurrence leads to no other member."""
    given = " and ".join(f"{family}[{start}]" for start in sorted(set(starts)))
    if 0 in moves:
        return f"{family} is defined by itself at the same index"
    if moves == {1} and min(starts) >= length:
        return (
            f"the recurrence for {family} goes up from a lower index, but its base case, {given}, "
            f"is at the end"
        )
    if moves == {-1} and max(starts) <= 0:
        return (
            f"the recurrence for {family} goes down from a higher index, but its base case, {given}, "
            f"is at the start"
        )
    return f"the recurrence for {family} leads nowhere from its base case {given}"


def closed_form(statements: Sequence[Statement], source: str) -> Node:
    """The formula of an answer that defines no recurrence.

    Raises:
        FormulaError: there is none, or more than one.
    """
    formulas = [
        statement.parts[-1]
        for statement in statements
        if statement.is_equation and not statement.is_range
    ]
    if len(formulas) != 1 or (isinstance(formulas[0], (Label, Symbol)) and len(statements) > 1):
        message = "expected one formula, or a recurrence with its base case"
        raise FormulaError(message, source, 0, len(source))
    return formulas[0]
