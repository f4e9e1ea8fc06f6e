"""One formula against another, from their texts to a verdict: what `autograder compare` decides.

Names that nobody declared are real symbols. Both texts are read with the same names, so that `ab`
in the one is a times b where the other writes `a*b`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from autograder.errors import FormulaError, UsageError
from autograder.symbolic.compare import Comparer, Counterexample, Proof, Verdict
from autograder.symbolic.conditions import Condition, parse_condition
from autograder.symbolic.diagnose import diagnose
from autograder.symbolic.domain import Domain, parse_domain
from autograder.symbolic.prover import Prover
from autograder.symbolic.reader import Reading
from autograder.symbolic.show import plain
from autograder.symbolic.table import SymbolTable, canonical_name
from autograder.symbolic.together import read_together
from autograder.symbolic.tree import free_symbols


@dataclass(frozen=True)
class Pair:
    """What is asked: the two texts, a phrase for each symbol's domain, and conditions."""

    expected: str
    student: str
    symbols: Mapping[str, str] = field(default_factory=dict)
    given: Sequence[str] = ()


@dataclass(frozen=True)
class Answer:
    """What was decided, with both formulas as they were read and how long it took.

    `invalid` says that the student's text is not a formula; `error` then holds where and why.
    """

    verdict: Literal["equal", "different", "undecided", "invalid"]
    evidence: str
    proof: Proof | None = None
    counterexample: Counterexample | None = None
    expected: Reading | None = None
    student: Reading | None = None
    error: FormulaError | None = None
    hint: str | None = None
    milliseconds: float = 0.0


def compare_pair(pair: Pair, prover: Prover | None = None, *, hints: bool = False) -> Answer:
    """Read both formulas and decide; with `hints`, also say how a wrong one is wrong.

    Raises:
        UsageError: a domain, a condition or the expected formula cannot be read.
    """
    started = time.perf_counter()
    table = read_table(pair.symbols)
    conditions = read_conditions(pair.given, table)
    try:
        expected, student, table = read_together(pair.expected, pair.student, table)
    except FormulaError as error:
        evidence = f"not a formula, at {error.line}:{error.column}: {error.message}"
        return Answer("invalid", evidence, error=error, milliseconds=_since(started))
    comparer = Comparer(table, conditions, prover=prover)
    verdict = comparer.compare(expected.node, student.node)
    taken = _since(started)
    wrong = hints and verdict.verdict == "different"
    return Answer(
        verdict.verdict,
        _evidence(verdict, expected, student, table),
        verdict.proof,
        verdict.counterexample,
        expected,
        student,
        hint=diagnose(comparer, expected.node, student.node) if wrong else None,
        milliseconds=taken,
    )


def read_table(phrases: Mapping[str, str]) -> SymbolTable:
    """An open table of symbols and families from phrases such as `K: positive integer`.

    Raises:
        UsageError: a name is no name or a phrase no domain.
    """
    symbols: dict[str, Domain] = {}
    families: dict[str, Domain] = {}
    for name, phrase in phrases.items():
        try:
            domain = parse_domain(phrase)
            base = name.strip()
            target = families if base.endswith("[]") else symbols
            target[canonical_name(base.removesuffix("[]"))] = domain
        except FormulaError as error:
            raise UsageError(f"symbol {name!r}: {error.message}") from None
        except ValueError as error:
            raise UsageError(f"symbol {name!r}: {error}") from None
    return SymbolTable(symbols, families, open=True)


def read_conditions(texts: Sequence[str], table: SymbolTable) -> list[Condition]:
    """The conditions under which the formulas must agree.

    Raises:
        UsageError: a text is not a condition.
    """
    conditions = []
    for text in texts:
        try:
            conditions.append(parse_condition(text, table))
        except FormulaError as error:
            raise UsageError(f"given {text!r}: {error.message}") from None
    return conditions


def _evidence(verdict: Verdict, expected: Reading, student: Reading, table: SymbolTable) -> str:
    """The evidence, with a name that only the student uses when that may be the reason."""
    extra = free_symbols(student.node) - free_symbols(expected.node) - set(table.families)
    if verdict.equal or not extra:
        return verdict.evidence
    name = min(extra)
    known = table.with_symbols(free_symbols(expected.node))
    guess = None if table.find(name) in table.symbols else known.suggest(name)
    hint = f": did you mean {guess}?" if guess and guess != name else ""
    return f"{verdict.evidence}; {name} is not in the expected formula{hint}"


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)


def shown(reading: Reading | None) -> str:
    """A formula as it was read, as one line of text."""
    return "" if reading is None else plain(reading.node)
