"""Answers over families of any length: closed forms, sums, products, recurrences.

An answer such as 1 + Σ_j (K_j − 1) Π_{i<j} S_i is unrolled for L = 1, ..., 6 into polynomials in
K_1, S_1, K_2, ... and compared exactly. The student may have written a closed form or a recurrence.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from autograder.symbolic import mojibake
from autograder.symbolic.arithmetic import differ
from autograder.symbolic.compare import Counterexample, Verdict
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import (
    DEFAULT_BUDGET,
    Evaluator,
    NoValue,
    TooCostly,
    Undefined,
    Unsupported,
)
from autograder.symbolic.ratios import Ratio, Ratios
from autograder.symbolic.reader import MENDED_NOTE, Statement, read_statements
from autograder.symbolic.recurrence import (
    Recurrence,
    Unroller,
    closed_form,
    find_recurrence,
    refuse_unknown,
)
from autograder.symbolic.refute import shown_value
from autograder.symbolic.sample import Point, sample_points
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Node
from autograder.symbolic.witness import generators_of, separate

LENGTHS: Final = (0, 1, 2, 3, 4, 5, 6)
# `for l = L, ..., 1:` before a step, and the word before the value that is asked for.
_LOOP: Final = re.compile(r"\bfor\b(?=[^:\n]{0,99}(?:=|\bin\b))[^:\n]{1,200}:")
_ASKED: Final = re.compile(
    r"(?m)(^|[,;\n])[ \t]{0,20}(?:the )?(?:answer|result|return)[ \t]{0,9}(?:is\b|:)?"
    r"[ \t]{0,9}(?==?[ \t]{0,9}\w)"
)
_SAMPLES: Final = 12

# Another member in the place of one, or None for the number 1.
Rename = Callable[[str, int], "tuple[str, int] | None"]


@dataclass(frozen=True)
class SequenceReading:
    """An answer as it was read: a closed form, or a recurrence."""

    body: Node | Recurrence
    statements: tuple[Statement, ...]
    notes: tuple[str, ...] = ()


class Sequences:
    """Reads and compares sequence answers over one symbol table; `length` names L."""

    def __init__(
        self, table: SymbolTable, length: str, lengths: Sequence[int] = LENGTHS, seed: int = 0
    ) -> None:
        self.table = table
        self.length = length
        domain = table.symbols.get(length, Domain("integer", Fraction(1)))
        self.lengths = tuple(n for n in lengths if Fraction(n) in domain)
        self.seed = seed

    def read(self, text: str) -> SequenceReading:
        """Read an answer.

        Raises:
            FormulaError: it is neither a formula nor a recurrence over the declared families.
        """
        source, mended = mojibake.mend(text)
        source = _ASKED.sub(r"\1 ", _LOOP.sub(" ", source))
        statements = read_statements(source, self.table)
        recurrence = find_recurrence(statements, self.table, source)
        notes = (MENDED_NOTE,) if mended else ()
        if recurrence is not None:
            return SequenceReading(recurrence, statements, notes)
        node = closed_form(statements, source)
        # A closed form may use only what is declared; a recurrence brings its own names.
        known = {*self.table.symbols, *(f"{family}[]" for family in self.table.families)}
        refuse_unknown(node, known, self.table, source)
        return SequenceReading(node, statements, notes)

    def compare(self, expected: Node, answer: Node | Recurrence) -> Verdict:
        """Whether an answer equals the expected formula for every length tried."""
        for length in self.lengths:
            verdict = self._compare_at(length, expected, answer)
            if verdict is not None:
                return verdict
        shown = ", ".join(str(length) for length in self.lengths)
        return Verdict("equal", f"the same polynomial for {self.length} = {shown}", "exact")

    def _compare_at(self, length: int, expected: Node, answer: Node | Recurrence) -> Verdict | None:
        """A verdict other than equal for one length, or None."""
        ratios = self._ratios(length)
        try:
            right = self._unroll(expected, length, ratios)
        except NoValue as reason:
            return Verdict("undecided", f"the expected formula has no value: {reason}")
        try:
            theirs = self._unroll(answer, length, ratios)
        except (TooCostly, Unsupported) as reason:
            return self._numerically(length, expected, answer, str(reason))
        except NoValue as reason:
            example = self._counterexample(length, ratios, right, None)
            missing = Counterexample(example.point, example.expected, f"no value ({reason})")
            return Verdict("different", f"has no value for {self.length} = {length}: {reason}",
                           counterexample=missing)  # fmt: skip
        if theirs == right:
            return None
        example = self._counterexample(length, ratios, right, theirs)
        return Verdict("different", f"differs at {example.where()}", counterexample=example)

    def _numerically(
        self, length: int, expected: Node, answer: Node | Recurrence, reason: str
    ) -> Verdict:
        """A difference at numbers, for an answer that is no rational function; else undecided."""
        unsure = Verdict("undecided", f"for {self.length} = {length}: {reason}")
        if isinstance(answer, Recurrence):
            return unsure
        domains = {n: d for n, d in self.table.symbols.items() if n != self.length}
        sampled = sample_points(domains, self.table.families, seed=self.seed, count=_SAMPLES)
        for drawn in sampled:
            families = {name: members[:length] for name, members in drawn.families.items()}
            point = Point({**drawn.symbols, self.length: Fraction(length)}, families)
            try:
                different = differ(
                    lambda at=point: at.evaluator().value(expected),  # type: ignore[misc]
                    lambda at=point: at.evaluator().value(answer),  # type: ignore[misc]
                )
            except NoValue:
                continue
            if different:
                values = shown_value(expected, point), shown_value(answer, point)
                example = Counterexample(point.describe(), *values)
                return Verdict("different", f"differs at {example.where()}", counterexample=example)
        return unsure

    def _ratios(self, length: int) -> Ratios:
        members = itertools.product(self.table.families, range(1, length + 1))
        names = [name for name in self.table.symbols if name != self.length]
        return Ratios([*(f"{family}[{i}]" for family, i in members), *names])

    def unrolled(self, body: Node | Recurrence, length: int, members: Rename | None = None,
                 size: int | None = None) -> tuple[Ratio, Ratios]:  # fmt: skip
        """The polynomial of a body for one length; `members` renames the families' members.

        With `size` the symbol of the length has another value than the families have members.

        Raises:
            NoValue: there is none.
        """
        ratios = self._ratios(length)
        return self._unroll(body, length, ratios, members, size), ratios

    def _unroll(
        self,
        body: Node | Recurrence,
        length: int,
        ratios: Ratios,
        members: Rename | None = None,
        size: int | None = None,
    ) -> Ratio:
        symbols = {
            name: ratios.generator(name) for name in self.table.symbols if name != self.length
        }
        symbols[self.length] = ratios.rational(Fraction(length if size is None else size))
        given = _Given(length, ratios, members)
        if isinstance(body, Recurrence):
            return Unroller(body, ratios, symbols, given, DEFAULT_BUDGET).answer(length)
        return Evaluator(ratios, symbols, given).value(body)

    def _counterexample(
        self, length: int, ratios: Ratios, right: Ratio, theirs: Ratio | None
    ) -> Counterexample:
        """Small numbers at which two different rational functions have different values."""
        if theirs is None:  # any numbers will do where there is no value
            theirs = ratios.add(right, ratios.rational(Fraction(1)))
        found = separate(ratios, right, theirs, self._generator_domains(length), self.seed)
        if found is None:
            return Counterexample({self.length: str(length)}, "?", "?")
        values, a, b = found
        shown = ("no value" if value is None else str(value) for value in (a, b))
        used = generators_of(ratios, right, theirs)
        return Counterexample(self._described(length, values, used), *shown)

    def _generator_domains(self, length: int) -> dict[str, Domain]:
        families = self.table.families.items()
        members = {f"{name}[{i}]": d for name, d in families for i in range(1, length + 1)}
        return {**members, **self.table.symbols}

    def _described(
        self, length: int, values: Mapping[str, Fraction], used: frozenset[str]
    ) -> dict[str, str]:
        point = {self.length: str(length)}
        for family in self.table.families:
            names = [f"{family}[{i}]" for i in range(1, length + 1)]
            if used.intersection(names):
                members = [str(values[name]) for name in names]
                point[family] = members[0] if length == 1 else f"({', '.join(members)})"
        point.update({n: str(v) for n, v in values.items() if n in used and n[-1] != "]"})
        return point


class _Given:
    """The members of the declared families for one length."""

    def __init__(self, length: int, ratios: Ratios, rename: Rename | None = None) -> None:
        self.length = length
        self.ratios = ratios
        self.rename = rename

    def member(self, family: str, index: int) -> Ratio:
        """The generator of a member from 1 to the length; one that is renamed away is 1."""
        if self.rename is not None:
            renamed = self.rename(family, index)
            if renamed is None:
                return self.ratios.rational(Fraction(1))
            family, index = renamed
        if not 1 <= index <= self.length:
            raise Undefined(
                f"there is no {family}_{index}; {family} has members 1 to {self.length}"
            )
        return self.ratios.generator(f"{family}[{index}]")
