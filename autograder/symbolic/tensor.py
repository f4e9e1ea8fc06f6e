"""Tensors given entry by entry: a formula in index names, for every index in a range.

    f[r] = sum_{k=1}^5 sum_{i=1}^3 x[i + 2*(r-1), k]*W[1, k, i]
    df/dx [r; n, k] = W[1, k, n - 2*(r-1)] if 1 <= n - 2*(r-1) <= 3 else 0

The members of the families x, W are unknowns, so that every entry is a polynomial in them and two
formulas are compared exactly.
"""

from __future__ import annotations

import itertools
import random
import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Generic, TypeVar

from autograder.errors import FormulaError
from autograder.symbolic import mojibake
from autograder.symbolic import tree as t
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import Evaluator, NoValue, TooCostly, Undefined, Unsupported
from autograder.symbolic.ratios import Ratio, Ratios
from autograder.symbolic.reader import MENDED_NOTE, Reading, read_expression
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Fold, Indexed, Node, walk

_BUDGET: Final = 100_000
_SPACES: Final = r"(?:\s|\\[,;:! ]|\\left|\\right)*"

Value = TypeVar("Value")
Place = tuple[int, ...]


@dataclass(frozen=True)
class Ranges:
    """The shapes of the families and how far each index of an entry runs, all from `start`."""

    shapes: Mapping[str, tuple[int, ...]]
    entries: Mapping[str, int]
    start: int = 1

    def places(self) -> Iterator[Place]:
        """Every index of an entry, the last name fastest."""
        ends = (range(self.start, self.start + size) for size in self.entries.values())
        return itertools.product(*ends)

    def table(self, declared: SymbolTable) -> SymbolTable:
        """The declared symbols with the families and the index names."""
        indices = {name: Domain("integer") for name in self.entries}
        families = {**dict.fromkeys(self.shapes, Domain()), **declared.families}
        axes = {name: len(shape) for name, shape in self.shapes.items()}
        symbols = {**declared.symbols, **indices}
        return SymbolTable(symbols, families, declared.aliases, declared.open, axes)

    def described(self, place: Place) -> str:
        """`r = 1, k = 2`"""
        return ", ".join(f"{n} = {i}" for n, i in zip(self.entries, place, strict=True))


@dataclass(frozen=True)
class WrongEntry:
    """The first entry that differs: where, and what can be said of it without the right value."""

    place: Place
    words: str
    missing: str = ""


class Outside(Undefined):
    """A formula refers to a member that is not there."""


def read_entry(
    text: str, table: SymbolTable, ranges: Ranges, spellings: Mapping[str, Sequence[str]]
) -> Reading:
    """Read a formula for an entry; `spellings` are other ways to write a family, such as ∂l/∂f.

    Raises:
        FormulaError: it is no formula, or uses an index twice or a member with too few indices.
    """
    source, mended = mojibake.mend(text)
    source = respelt(source, spellings)
    source = _right_side(source)
    try:
        reading = read_expression(source, table)
    except FormulaError:
        _explain_free_index(source, table, ranges)
        raise
    _check_indices(reading, ranges)
    notes = (*reading.notes, MENDED_NOTE) if mended else reading.notes
    return Reading(reading.node, reading.source, notes, mended)


def respelt(source: str, spellings: Mapping[str, Sequence[str]]) -> str:
    """The text with other spellings of a name replaced by the name, whatever the spaces in them."""
    longest = sorted(((s, name) for name, all_ in spellings.items() for s in all_), key=_length)
    for spelling, name in longest:
        pieces = re.findall(r"\\?[A-Za-z]+|\\.|\S", spelling)
        inner = _SPACES.join(re.escape(piece) for piece in pieces)
        bracketed = rf"(?:\\left\s*)?\({_SPACES}{inner}{_SPACES}\)"
        source = re.sub(rf"{bracketed}|{inner}", f" {name} ", source)
    return source


def _length(pair: tuple[str, str]) -> int:
    return -len(pair[0])


_DERIVATIVE: Final = re.compile(r"\\partial|∂|\bd\w+\s*/\s*d\w+|\\nabla|∇")


def _right_side(source: str, *, always: bool = False) -> str:
    """The text after `=`, where before it stands a derivative, which is no formula to read."""
    depth = 0
    for place, character in enumerate(source):
        depth += (character in "([{") - (character in ")]}")
        if character == "=" and depth == 0:
            left = source[:place]
            return source[place + 1 :] if always or _DERIVATIVE.search(left) else source
    return source


def _check_indices(reading: Reading, ranges: Ranges) -> None:
    _refuse_double(reading.node, tuple(ranges.entries), reading.source)
    for part in walk(reading.node):
        if isinstance(part, Indexed) and part.family in ranges.shapes:
            _check_member(part, ranges.shapes[part.family], reading.source)


def _explain_free_index(source: str, table: SymbolTable, ranges: Ranges) -> None:
    """Raise the clearer error for a formula whose fault is its indices, not its notation."""
    letters = [letter for letter in string.ascii_lowercase if table.find(letter) is None]
    try:
        right = _right_side(source, always=True)
        reading = read_expression(right, table.with_symbols(letters))
    except FormulaError:
        return
    _check_indices(reading, ranges)
    free = sorted(t.free_symbols(reading.node) & set(letters))
    if free:
        names = ", ".join(ranges.entries) or "none"
        message = (
            f"nothing says which values {free[0]} takes: sum over it, or write it in terms of the "
            f"indices of an entry ({names})"
        )
        raise FormulaError(message, reading.source, *(_span_of(reading.node, free[0]) or (0, None)))


def _span_of(node: Node, name: str) -> t.Span | None:
    return next((p.span for p in walk(node) if isinstance(p, t.Symbol) and p.name == name), None)


def _refuse_double(node: Node, bound: tuple[str, ...], source: str) -> None:
    if isinstance(node, Fold):
        if node.index in bound:
            start, end = node.span or (0, len(source))
            message = (
                f"the index {node.index} is used twice: the sum over {node.index} stands where "
                f"{node.index} has a value already; give one of them another letter"
            )
            raise FormulaError(message, source, start, end)
        bound = (*bound, node.index)
    for child in t.children(node):
        _refuse_double(child, bound, source)


def _check_member(member: Indexed, shape: tuple[int, ...], source: str) -> None:
    count = len(member.index.items) if isinstance(member.index, t.Sequence) else 1
    if count not in (len(shape), sum(size > 1 for size in shape)):
        start, end = member.span or (0, len(source))
        many = "1 index" if len(shape) == 1 else f"{len(shape)} indices"
        message = f"{member.family} takes {many}, not {count}"
        raise FormulaError(message, source, start, end)


class Entries(Evaluator[Value], Generic[Value]):
    """Evaluates a formula at one entry; `member` gives the members by family and place."""

    def __init__(
        self,
        algebra: object,
        symbols: Mapping[str, Value],
        member: Callable[[str, Place], Value],
        ranges: Ranges,
    ) -> None:
        super().__init__(algebra, symbols, _NoFamily(), _BUDGET)  # type: ignore[arg-type]
        self.ranges = ranges
        self.member = member

    def value(self, node: Node) -> Value:
        """The value of a tree."""
        if not isinstance(node, Indexed) or node.family not in self.ranges.shapes:
            return super().value(node)
        parts = node.index.items if isinstance(node.index, t.Sequence) else (node.index,)
        given = [self.algebra.integer(self.value(part)) for part in parts]
        return self.member(node.family, self._place(node.family, given))

    def _place(self, family: str, given: list[int]) -> Place:
        """The whole place of a member; axes of length 1 may be left out."""
        shape, start = self.ranges.shapes[family], self.ranges.start
        rest = iter(given)
        full = len(given) == len(shape)
        place = tuple(next(rest) if full or size > 1 else start for size in shape)
        if any(not start <= i < start + size for i, size in zip(place, shape, strict=True)):
            name = f"{family}[{', '.join(map(str, place))}]"
            raise Outside(f"there is no {name}")
        return place

    def truth(self, condition: Node) -> bool:
        """Whether a condition holds; membership in an interval or a set of integers too."""
        if not (isinstance(condition, t.Relation) and condition.operator == "in"):
            return super().truth(condition)
        right = condition.right
        if isinstance(right, t.Set) or (
            isinstance(right, t.Sequence) and right.brackets == "()" and len(right.items) > 2
        ):
            equal = (t.Relation("=", condition.left, item) for item in right.items)
            return any(self.truth(relation) for relation in equal)
        if isinstance(right, t.Sequence) and len(right.items) == 2:
            right = t.Interval(*right.items, *(right.brackets == "()",) * 2)
        if not isinstance(right, t.Interval):
            raise Unsupported("membership in something that is no interval")
        low = t.Relation("<" if right.low_open else "<=", right.low, condition.left)
        high = t.Relation("<" if right.high_open else "<=", condition.left, right.high)
        return self.truth(low) and self.truth(high)


class _NoFamily:
    def member(self, family: str, index: int) -> Value:  # type: ignore[type-var]
        raise Unsupported(f"{family}[{index}] has no value")


class Tensors:
    """Compares formulas for the entries of a tensor."""

    def __init__(self, table: SymbolTable, ranges: Ranges, seed: int = 0) -> None:
        self.table = table
        self.ranges = ranges
        self.seed = seed
        names = [name for name in table.symbols if name not in ranges.entries]
        members = (
            f"{family}[{', '.join(map(str, place))}]"
            for family in ranges.shapes
            for place in self._members(family)
        )
        self.ratios = Ratios([*members, *names])
        self.symbols = {name: self.ratios.generator(name) for name in names}
        self._expected: dict[Node, list[Ratio]] = {}

    def _members(self, family: str) -> Iterator[Place]:
        start = self.ranges.start
        return itertools.product(*(range(start, start + n) for n in self.ranges.shapes[family]))

    def expected(self, node: Node) -> list[Ratio]:
        """Every entry of an author's formula, as polynomials.

        Raises:
            NoValue: one has no value.
        """
        if node not in self._expected:
            self._expected[node] = [self._entry(node, place) for place in self.ranges.places()]
        return self._expected[node]

    def _entry(self, node: Node, place: Place, outside: Ratio | None = None) -> Ratio:
        def member(family: str, at: Place) -> Ratio:
            return self.ratios.generator(f"{family}[{', '.join(map(str, at))}]")

        whole = {
            name: self.ratios.rational(Fraction(i))
            for name, i in zip(self.ranges.entries, place, strict=True)
        }
        entries = Entries(self.ratios, {**self.symbols, **whole}, member, self.ranges)
        try:
            return entries.value(node)
        except Outside:
            if outside is None:
                raise
            return outside

    def first_wrong(self, expected: Node, student: Node) -> WrongEntry | None:
        """The first entry in which the student's formula differs from the expected one.

        Raises:
            TooCostly, Unsupported: that cannot be decided.
        """
        for place, right in zip(self.ranges.places(), self.expected(expected), strict=True):
            try:
                given = self._entry(student, place)
            except (TooCostly, Unsupported):
                raise
            except Outside as reason:
                return WrongEntry(place, f"has no value: {reason}", str(reason))
            except NoValue as reason:
                return WrongEntry(place, f"has no value: {reason}")
            if given != right:
                return WrongEntry(place, _status(given, right))
        return None

    def right_where_defined(self, expected: Node, student: Node) -> bool:
        """Whether only the entries that refer to members outside are wrong, and should be zero."""
        zero = self.ratios.rational(Fraction(0))
        try:
            return all(
                self._entry(student, place, zero) == right
                for place, right in zip(self.ranges.places(), self.expected(expected), strict=True)
            )
        except NoValue:
            return False

    def numbers(self, student: Node) -> tuple[dict[str, list[int]], Callable[[Place], Fraction]]:
        """Random integers for the members, flat and in order, and an entry's value at them."""
        chance = random.Random(self.seed)
        drawn = {
            family: [chance.choice((-3, -2, -1, 1, 2, 3)) for _ in self._members(family)]
            for family in self.ranges.shapes
        }
        lookup = {
            (family, place): value
            for family, values in drawn.items()
            for place, value in zip(self._members(family), values, strict=True)
        }

        def entry(place: Place) -> Fraction:
            def member(family: str, at: Place) -> Ratio:
                return self.ratios.rational(Fraction(lookup[family, at]))

            whole = {
                name: self.ratios.rational(Fraction(i))
                for name, i in zip(self.ranges.entries, place, strict=True)
            }
            value = Entries(self.ratios, whole, member, self.ranges).value(student).constant()
            if value is None:
                raise Unsupported("the entry is no number")
            return value

        return drawn, entry


def _status(given: Ratio, right: Ratio) -> str:
    """What can be said of a wrong entry without telling the right one."""
    if given.numerator.is_zero():
        return "is zero, but the right one is not"
    if right.numerator.is_zero():
        return "is not zero, but the right one is"
    if given.constant() is not None and right.constant() is None:
        return "is a fixed number, but the right one is not"
    return "is not the right one"
