"""Answers to `sequence` that are a Python function: run in the sandbox, held against the formula.

    def receptive_field(kernels, strides): ...

The function gets a list for each family, and the length where it asks for it. It never runs here.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from autograder.checks.tools import FUNCTIONS, Tools
from autograder.checks.values import Closeness, difference, shown, untag
from autograder.errors import FormulaError
from autograder.sandbox.limits import Limits
from autograder.submission.model import Source
from autograder.symbolic import mojibake
from autograder.symbolic.compare import Counterexample, Verdict
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.sample import Point, random_value
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Node, free_symbols

_DEFINITION: Final = re.compile(
    r"(?m)^(?:def\s+(?P<name>\w+)\s*\((?P<parameters>[^)]*)\)[^:\n]*:"
    r"|(?P<lambda>\w+)\s*=\s*lambda\s+(?P<bound>[^:\n]*):)"
)
_CODE: Final = re.compile(r"(?m)^(?:import|from|def|\w+\s*=\s*lambda)\b")
_SECONDS: Final = 10.0
_CASES: Final = 40
_LONGEST: Final = 6
_CLOSE: Final = Closeness(relative=1e-12, absolute=1e-12)


@dataclass(frozen=True)
class Function:
    """A function that a student wrote as an answer."""

    name: str
    parameters: tuple[str, ...]
    text: str


def find_function(text: str) -> Function | None:
    """The function that a text defines, the last of several; None where it is no Python."""
    source, _ = mojibake.mend(text)
    found = list(_DEFINITION.finditer(source))
    start = _CODE.search(source)
    if not found or start is None:
        return None
    last = found[-1]
    listed = (last["parameters"] or last["bound"] or "").split(",")
    parameters = [part.split(":")[0].split("=")[0].strip() for part in listed]
    name = last["name"] or last["lambda"]
    return Function(name, tuple(filter(None, parameters)), source[start.start() :])


class FunctionRuns:
    """What a student's function returned on lists of numbers, and formulas' values on the same."""

    def __init__(
        self, function: Function, tools: Tools, table: SymbolTable, length: str, expected: Node
    ) -> None:
        """Run the function.

        Raises:
            FormulaError: its arguments are not what the question has.
            JobFailed: it failed as a whole.
            InternalError: no code can be run here.
        """
        self.length = length
        self.points = list(_points(table, length, tools.seed))
        order = _order(function, table, length, expected)
        cases = [[_argument(point, name) for name in order] for point in self.points]
        limits = Limits(seconds=_SECONDS, cpu_seconds=_SECONDS)
        with tools.student([Source("your answer", function.text)], [function.name], limits) as job:
            why = job.why_missing(function.name)
            if function.name not in job.defined:
                message = f"the function {function.name} cannot be run: {why or 'it is not there'}"
                raise FormulaError(message, function.text, 0, len(function.text))
            reports = job.job.call(f"{FUNCTIONS}:call", name=function.name, cases=cases)
        self.reports = reports if isinstance(reports, list) else []

    def compare(self, formula: Node) -> Verdict:
        """Whether the function returns a formula's value on every list."""
        for point, report in zip(self.points, self.reports, strict=False):
            try:
                value = point.evaluator().value(formula)
            except NoValue as reason:
                return Verdict("undecided", f"the expected formula has no value: {reason}")
            right = Fraction(str(value))
            expected = int(right) if right.denominator == 1 else float(right)
            given = _given(report)
            if difference(expected, given, _CLOSE) is not None:
                example = Counterexample(self._described(point), str(right), _told(given))
                return Verdict("different", f"differs at {example.where()}", counterexample=example)
        if len(self.reports) != len(self.points):
            return Verdict("undecided", "the function's answer cannot be read")
        return Verdict("equal", f"the function agrees on {len(self.points)} lists", "numeric")

    def _described(self, point: Point) -> dict[str, str]:
        families = {
            name: f"[{', '.join(str(member) for member in members)}]"
            for name, members in point.families.items()
        }
        symbols = {name: str(value) for name, value in point.symbols.items()}
        return {self.length: symbols.pop(self.length), **symbols, **families}


def _points(table: SymbolTable, length: str, seed: int) -> Iterator[Point]:
    """Short lists first: all members alike, then random ones, for every length."""
    chance = random.Random(seed)
    least = 0 if Fraction(0) in table.symbols.get(length, Domain("integer", Fraction(1))) else 1
    for number in range(_CASES):
        size = least + number % (_LONGEST - least + 1)
        families = {
            name: tuple(random_value(domain, chance) for _ in range(size))
            for name, domain in table.families.items()
        }
        symbols = {n: random_value(d, chance) for n, d in table.symbols.items() if n != length}
        yield Point({**symbols, length: Fraction(size)}, families)


def _order(function: Function, table: SymbolTable, length: str, expected: Node) -> Sequence[str]:
    """What each parameter stands for: by its name, or by its place.

    Raises:
        FormulaError: neither tells.
    """
    names = [*table.families, *table.symbols]
    named = [_by_name(parameter, names, length) for parameter in function.parameters]
    if all(named) and len(set(named)) == len(named):
        return [name for name in named if name]
    free = free_symbols(expected)
    used = [f for f in table.families if f"{f}[]" in free]
    others = [s for s in table.symbols if s in free and s != length]
    count = len(function.parameters)
    for order in (used, [*used, *others], [*table.families], [length, *used]):
        if len(order) == count:
            return order
    message = (
        f"the function takes {count} argument{'' if count == 1 else 's'}; "
        f"write it for {', '.join(used)}"
    )
    raise FormulaError(message, function.text, 0, function.text.find(":"))


def _by_name(parameter: str, names: Sequence[str], length: str) -> str | None:
    """The family or symbol that a parameter is named for: `K`, `kernel_sizes`, `strides`."""
    if parameter in names:
        return parameter
    if parameter.lower() in ("n_layers", "num_layers", "layers", "depth"):
        return length
    fits = [name for name in names if name[:1].lower() == parameter[:1].lower()]
    return fits[0] if len(fits) == 1 else None


def _argument(point: Point, name: str) -> dict[str, Any]:
    if name in point.symbols:
        return {"plain": _number(point.symbols[name])}
    return {"plain": [_number(member) for member in point.families[name]]}


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


@dataclass(frozen=True)
class _Raised:
    """An exception in place of a value."""

    message: str


def _given(report: Any) -> Any:
    if isinstance(report, dict) and isinstance(report.get("error"), dict):
        error = report["error"]
        return _Raised(f"{error.get('type')}: {error.get('message')}"[:300])
    return untag(report.get("value") if isinstance(report, dict) else None)


def _told(given: Any) -> str:
    return f"no value ({given.message})" if isinstance(given, _Raised) else shown(given)
