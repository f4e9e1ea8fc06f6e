"""How the arguments of a function are made: edge cases first, then random ones, then smaller ones.

Everything follows from a seed, so that a grade can be made again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

import numpy as np
from pydantic import Field

from autograder.checks.values import shown
from autograder.errors import InternalError
from autograder.exercise.model import Formula, SpecModel
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.sample import Point
from autograder.symbolic.table import SymbolTable

_KINDS: Final = ("tensor", "integer", "real", "integers", "reals", "one_of", "value")
_GRID: Final = 8
_FINE: Final = 64


class Argument(SpecModel):
    """How one argument is made; exactly one of the first seven fields says what it is."""

    tensor: tuple[Formula, ...] | None = Field(None, description="Its shape: numbers or formulas.")
    integer: tuple[int, int] | None = Field(None, description="From, to.")
    real: tuple[float, float] | None = Field(None, description="From, to.")
    integers: tuple[int, int] | None = Field(None, description="A list of integers: from, to.")
    reals: tuple[float, float] | None = Field(None, description="A list of numbers: from, to.")
    one_of: tuple[Any, ...] | None = Field(None, description="One of these values.")
    value: Any = Field(None, description="Always this value.")
    length: Formula = Field("", description="How long a list is: a number or a formula.")
    range: tuple[float, float] = Field((-2.0, 2.0), description="Of a tensor's entries.")
    whole: bool = Field(False, description="Whether a tensor holds integers (int64).")
    give: Literal["tensor", "array", "list"] = Field(
        "tensor", description="As what the function gets a tensor."
    )

    @property
    def kind(self) -> str:
        """Which of the fields says what it is."""
        return next((kind for kind in _KINDS if kind in self.model_fields_set), "")

    def problem(self) -> str | None:
        """What is wrong with the argument that types cannot say."""
        chosen = [kind for kind in _KINDS if kind in self.model_fields_set]
        if len(chosen) != 1:
            return f"needs exactly one of {', '.join(_KINDS)}"
        if self.kind in ("integers", "reals") and not self.length:
            return "a list needs its length, such as 'length: L'"
        bounds = (
            getattr(self, self.kind) if self.kind not in ("tensor", "one_of", "value") else None
        )
        if bounds is not None and bounds[0] > bounds[1]:
            return f"the range {list(bounds)} is empty"
        return "there is nothing to choose from" if self.one_of == () else None

    def formulas(self) -> tuple[str, ...]:
        """The formulas of its shape or length."""
        return (*(self.tensor or ()), *((self.length,) if self.length else ()))


@dataclass(frozen=True)
class Case:
    """The sizes that were drawn, and a value for every argument."""

    sizes: Mapping[str, int]
    values: tuple[Any, ...]


class Strategies:
    """Makes cases for named arguments over named sizes."""

    def __init__(
        self,
        arguments: Mapping[str, Argument],
        sizes: Mapping[str, tuple[int, int]],
        seed: int,
        *,
        generic: bool = False,
    ) -> None:
        """`generic` keeps entries off zero, where a derivative may not exist."""
        self.arguments = arguments
        whole = {n: a.integer for n, a in arguments.items() if a.integer is not None}
        self.ranges: dict[str, tuple[int, int]] = {**sizes, **whole}
        self.table = size_table(self.ranges)
        self.chance = np.random.default_rng(seed)
        self.generic = generic

    def cases(self, count: int) -> Iterator[Case]:
        """The smallest sizes, each size at its ends, then random ones; `count` in all."""
        edges = list(self._edges())[: max(1, count // 2)]
        for sizes in edges:
            yield self._case(sizes)
        for _ in range(count - len(edges)):
            yield self._case({n: self._draw(low, high) for n, (low, high) in self.ranges.items()})

    def _edges(self) -> Iterator[dict[str, int]]:
        low = {name: bounds[0] for name, bounds in self.ranges.items()}
        yield low
        for name, (least, most) in self.ranges.items():
            for size in dict.fromkeys((min(least + 1, most), most)):
                if size != least:
                    yield {**low, name: size}
        yield {name: bounds[1] for name, bounds in self.ranges.items()}

    def _draw(self, low: int, high: int) -> int:
        return int(self.chance.integers(low, high + 1))

    def _case(self, sizes: dict[str, int]) -> Case:
        return Case(sizes, tuple(self._value(n, a, sizes) for n, a in self.arguments.items()))

    def _value(self, name: str, argument: Argument, sizes: Mapping[str, int]) -> Any:
        if argument.tensor is not None:
            return self._tensor(argument, self.shape(argument, sizes))
        if argument.integer is not None:
            return sizes[name]
        if argument.real is not None:
            return float(self._entries(argument.real, ()))
        if argument.integers is not None:
            low, high = argument.integers
            return [self._draw(low, high) for _ in range(self.length(argument, sizes))]
        if argument.reals is not None:
            length = self.length(argument, sizes)
            return [float(self._entries(argument.reals, ())) for _ in range(length)]
        if argument.one_of is not None:
            return argument.one_of[self._draw(0, len(argument.one_of) - 1)]
        return argument.value

    def _tensor(self, argument: Argument, shape: tuple[int, ...]) -> Any:
        if argument.whole:
            low, high = argument.range
            return self.chance.integers(math.ceil(low), math.floor(high) + 1, size=shape)
        return self._entries(argument.range, shape)

    def _entries(self, bounds: tuple[float, float], shape: tuple[int, ...]) -> Any:
        """Numbers that are short to write and exact in every precision."""
        low, high = bounds
        grid = _FINE if self.generic else _GRID
        least, most = math.ceil(low * grid), math.floor(high * grid)
        if most - least < 4:
            return self.chance.uniform(low, high, size=shape)
        drawn = self.chance.integers(least, most + 1, size=shape) / grid
        return drawn + np.where(drawn == 0, 1 / grid, 0) if self.generic and high > 0 else drawn

    def shape(self, argument: Argument, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """The shape of a tensor for these sizes."""
        return tuple(self._size(text, sizes) for text in argument.tensor or ())

    def length(self, argument: Argument, sizes: Mapping[str, int]) -> int:
        """The length of a list for these sizes."""
        return self._size(argument.length, sizes)

    def _size(self, text: str, sizes: Mapping[str, int]) -> int:
        point = Point({name: Fraction(size) for name, size in sizes.items()})
        try:
            found = point.evaluator().value(parse_formula(text, self.table))
            size = point.evaluator().algebra.integer(found)
        except NoValue as reason:
            raise InternalError(
                f"the size {text} has no value at {dict(sizes)}: {reason}"
            ) from None
        if size < 0:
            raise InternalError(f"the size {text} is {size} at {dict(sizes)}")
        return size

    def smaller(self, case: Case) -> Iterator[Case]:
        """Simpler cases, the boldest first."""
        for name, size in case.sizes.items():
            low = self.ranges[name][0]
            for less in dict.fromkeys((low, (size + low) // 2, size - 1)):
                if low <= less < size and (cut := self._cut(case, {**case.sizes, name: less})):
                    yield cut
        for place, value in enumerate(case.values):
            argument = list(self.arguments.values())[place]
            for simpler in _simpler(value, argument):
                if self.generic and not np.all(simpler):
                    continue
                yield Case(case.sizes, (*case.values[:place], simpler, *case.values[place + 1 :]))

    def _cut(self, case: Case, sizes: dict[str, int]) -> Case | None:
        """The same case for smaller sizes: every tensor and list loses its end."""
        values: list[Any] = []
        for (name, argument), value in zip(self.arguments.items(), case.values, strict=True):
            if argument.tensor is not None:
                shape = self.shape(argument, sizes)
                if any(new > old for new, old in zip(shape, value.shape, strict=True)):
                    return None
                values.append(value[tuple(slice(0, size) for size in shape)])
            elif argument.length:
                length = self.length(argument, sizes)
                if length > len(value):
                    return None
                values.append(value[:length])
            else:
                values.append(sizes[name] if argument.integer is not None else value)
        return Case(sizes, tuple(values))

    def describe(self, case: Case) -> str:
        """`x = [1, 2], k = 3`"""
        pairs = zip(self.arguments, case.values, strict=True)
        return ", ".join(f"{name} = {shown(value)}" for name, value in pairs)


def _simpler(value: Any, argument: Argument) -> Iterator[Any]:
    """Simpler values of one argument, of the same shape and within its range."""
    if isinstance(value, np.ndarray):
        for new in _simpler_arrays(value):
            low, high = argument.range
            inside = not new.size or bool((new.min() >= low) & (new.max() <= high))
            if inside and not np.array_equal(new, value):
                yield new
        return
    bounds = argument.integers or argument.reals or argument.real
    if bounds is None:
        return
    least = type(bounds[0])(max(bounds[0], min(1, bounds[1])))
    if isinstance(value, list):
        for place, item in enumerate(value):
            if item != least:
                yield [*value[:place], least, *value[place + 1 :]]
    elif value != least:
        yield least


def _simpler_arrays(value: np.ndarray[Any, Any]) -> Iterator[np.ndarray[Any, Any]]:
    yield np.ones_like(value)
    yield np.sign(value).astype(value.dtype)
    yield np.round(value).astype(value.dtype)
    for place in range(min(value.size, 12)):
        flat = value.ravel().copy()
        for simple in (0, 1):
            if abs(flat[place]) > simple or (flat[place] != 1 and simple):
                flat[place] = simple
                yield flat.reshape(value.shape).copy()


def size_table(names: Mapping[str, Any]) -> SymbolTable:
    """The symbols of shapes and lengths."""
    return SymbolTable({name: Domain("integer") for name in names})
