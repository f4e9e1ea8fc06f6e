"""Proves two formulas equal by their normal forms, case by case where signs are not known.

    proved(left, right, Facts(symbols, families, conditions))

1. equations and divisibilities among the conditions are solved for a symbol; 2. the difference is
brought to normal form; zero is a proof; 3. where a sign matters, both are tried, impossible
combinations left out; 4. integers under a floor or a power of -1 are tried by their remainders;
5. integers of a small interval are tried one by one.
"""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Final

from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import NoValue, Undefined, Unsupported
from autograder.symbolic.form.build import Builder
from autograder.symbolic.form.constants import vanishes
from autograder.symbolic.form.feasible import feasible
from autograder.symbolic.form.pieces import as_tree
from autograder.symbolic.form.space import Memory, Restart, Space, Split
from autograder.symbolic.ratios import Ratio
from autograder.symbolic.substitute import substitute
from autograder.symbolic.tree import (
    Add,
    Call,
    Comparison,
    Constant,
    Multiply,
    Negate,
    Node,
    Number,
    Piecewise,
    Symbol,
    free_symbols,
    walk,
)

_SECONDS: Final = 0.35
_MOST_RESTARTS: Final = 40
_MOST_CASES: Final = 80
_MOST_DEPTH: Final = 12
_MOST_RESIDUES: Final = 40
_MOST_VALUES: Final = 64


@dataclass(frozen=True)
class Facts:
    """What is known of the symbols: domains, and relations `left operator right` among them."""

    symbols: Mapping[str, Domain] = field(default_factory=dict)
    families: Mapping[str, Domain] = field(default_factory=dict)
    conditions: Sequence[tuple[Node, Comparison, Node]] = ()


def proved(left: Node, right: Node, facts: Facts, seconds: float = _SECONDS) -> bool:
    """Whether two formulas are proved equal almost everywhere that both have values.

    The time is this thread's own work, so that a busy machine proves what an idle one proves.
    """
    return Proof(facts, time.thread_time() + seconds).of(left, right)


class Proof:
    """One proof, within a time that ends it."""

    def __init__(self, facts: Facts, deadline: float) -> None:
        self.facts = facts
        self.deadline = deadline
        self.cases = 0
        self.moduli: dict[str, int] = {}

    def of(self, left: Node, right: Node) -> bool:
        """Whether the two are proved equal."""
        difference: Node = Add((left, Negate(right)))
        try:
            for old, new in self._solved():
                difference = substitute(difference, {old: new})
                self.facts = _substituted(self.facts, old, new)
            memory = self.memory(difference)
            return (
                self._every_case(difference, memory, 0)
                or self._every_residue(difference, memory)
                or self._every_value(difference)
            )
        except (NoValue, RecursionError, OverflowError):
            return False

    def memory(self, difference: Node) -> Memory:
        """What a space for this formula starts from."""
        nodes = list(walk(difference))
        names = free_symbols(difference)
        is_complex = Constant("i") in nodes or any(
            self.facts.symbols.get(name, Domain()).set == "complex" for name in names
        )
        learns = not any(isinstance(node, Piecewise) for node in nodes)
        return Memory(deadline=self.deadline, complex=is_complex, learns=learns)

    # --- the difference

    def _every_case(self, difference: Node, memory: Memory, depth: int) -> bool:
        """Whether the difference is zero for every sign of what matters."""
        self.cases += 1
        if self.cases > _MOST_CASES or depth > _MOST_DEPTH:
            return False
        try:
            return self._is_zero(difference, memory)
        except Undefined:
            # no value for these signs, on one side at least: nothing to hold against equality
            return depth > 0 and bool(memory.signs)
        except Unsupported:
            return False
        except Split as split:
            return all(
                self._every_case(node, branch, depth + 1)
                for node, branch in self._branches(difference, memory, split)
            )

    def _branches(
        self, difference: Node, memory: Memory, split: Split
    ) -> Iterator[tuple[Node, Memory]]:
        if split.case:
            known = {**memory.signs, split.quantity: 1}
            yield difference, dataclasses.replace(memory, signs=known)
            if split.tie is not None and self._possible(*split.tie):
                name, value = split.tie
                yield substitute(difference, {name: value}), _fresh(memory)
            return
        for sign in (1, -1):
            form = tuple((name, sign * number, reach) for name, number, reach in split.form)
            forms = (*memory.forms, form) if form else memory.forms
            if feasible(forms):
                signs = {**memory.signs, split.quantity: sign}
                yield (
                    difference,
                    dataclasses.replace(memory, signs=signs, forms=forms, roots=dict(memory.roots)),
                )

    def _possible(self, name: str, value: Node) -> bool:
        domain = self.facts.symbols.get(name, Domain())
        return not isinstance(value, Number) or value.value in domain

    def _is_zero(self, difference: Node, memory: Memory) -> bool:
        while True:
            try:
                space, value = self._built(difference, memory)
                if space.is_zero(value):
                    return True
                top = space.reduce(value.numerator)
                if vanishes(space, top):
                    return True
                self._note_moduli(space)
                return False
            except Restart:
                memory.restarts += 1
                if memory.restarts > _MOST_RESTARTS:
                    raise Unsupported("too many things learned on the way") from None

    def builder(self, node: Node, memory: Memory) -> tuple[Space, Builder]:
        """An empty space with the symbols of a formula, and what is known of them."""
        space = Space(memory)
        builder = Builder(space, self.facts.symbols, self.facts.families)
        for name in sorted(free_symbols(node)):
            if not name.endswith("[]"):
                builder.symbol(name)
        for known in self._known(builder):
            space.known.append(known.numerator)
        return space, builder

    def _built(self, difference: Node, memory: Memory) -> tuple[Space, Ratio]:
        space, builder = self.builder(difference, memory)
        return space, builder.of(difference)

    def _known(self, builder: Builder) -> Iterator[Ratio]:
        """What the conditions say is not below zero."""
        for left, operator, right in self.facts.conditions:
            if operator not in ("<", "<=", ">", ">="):
                continue
            node = Add((left, Negate(right)))
            if operator in ("<", "<="):
                node = Add((right, Negate(left)))
            try:
                value = builder.of(node)
            except (NoValue, Split):
                continue
            if value.denominator.is_one():
                yield value

    # --- conditions

    def _solved(self) -> Iterator[tuple[str, Node]]:
        """Symbols that an equation or a divisibility determines, with their values."""
        for place, (left, operator, right) in enumerate(list(self.facts.conditions)):
            if operator not in ("=", "divides"):
                continue
            rest = [c for i, c in enumerate(self.facts.conditions) if i != place]
            found = self._solution(left, operator, right, f"quotient {place}")
            if found is not None:
                self.facts = dataclasses.replace(self.facts, conditions=tuple(rest))
                yield found
                return

    def _solution(
        self, left: Node, operator: Comparison, right: Node, fresh: str
    ) -> tuple[str, Node] | None:
        divisor: Node | None = None
        match operator, left, right:
            case "divides", _, _:
                divisor, node = left, right
            case "=", Call(function="mod", arguments=(multiple, modulus)), Number():
                divisor, node = modulus, Add((multiple, Negate(right)))
            case _:
                node = Add((left, Negate(right)))
        space = Space(Memory(size=24, deadline=self.deadline))
        builder = Builder(space, self.facts.symbols, self.facts.families)
        try:
            value = builder.of(node)
            kept = frozenset() if divisor is None else free_symbols(divisor)
            return self._isolated(space, value, divisor, kept, fresh)
        except (NoValue, Split, Restart):
            return None

    def _isolated(
        self,
        space: Space,
        value: Ratio,
        divisor: Node | None,
        kept: frozenset[str],
        fresh: str,
    ) -> tuple[str, Node] | None:
        degrees = value.numerator.degrees()
        for place in reversed(space.occurring(value.numerator)):
            name = space.atoms[place].name
            if space.atoms[place].kind != "symbol" or degrees[place] != 1 or name in kept:
                continue
            rest, factor = space.halves(value.numerator, place)
            if not factor.is_constant() or (
                divisor is not None and abs(factor.leading_coefficient()) != 1
            ):
                continue
            solved = as_tree(space, rest * (-1 / factor.leading_coefficient()))
            if divisor is not None:
                whole = Domain("integer")
                symbols = {**self.facts.symbols, fresh: whole}
                self.facts = dataclasses.replace(self.facts, symbols=symbols)
                solved = Add((solved, Multiply((divisor, Symbol(fresh)))))
            return name, solved
        return None

    # --- remainders and values

    def _note_moduli(self, space: Space) -> None:
        """Which remainders of which integers a failed proof asks for."""
        for atom in space.atoms:
            modulus = _modulus(space, atom.kind, atom.arguments, atom.data)
            if modulus < 2:
                continue
            for argument in atom.arguments:
                for place in space.occurring(argument.numerator):
                    inner = space.atoms[place]
                    if inner.kind == "symbol" and inner.integer:
                        known = self.moduli.get(inner.name, 1)
                        self.moduli[inner.name] = lcm(known, modulus)

    def _every_residue(self, difference: Node, memory: Memory) -> bool:
        """n as m·k + r for every r: what a floor of n/m or (-1)^n asks for."""
        if not self.moduli:
            return False
        names = sorted(self.moduli)
        moduli = [self.moduli[name] for name in names]
        count = 1
        for modulus in moduli:
            count *= modulus
        if count > _MOST_RESIDUES:
            return False
        plain = {name: Domain("integer") for name in names}
        before, self.facts = (
            self.facts,
            dataclasses.replace(self.facts, symbols={**self.facts.symbols, **plain}),
        )
        self.cases = 0
        try:
            for residues in itertools.product(*(range(m) for m in moduli)):
                values: dict[str, Node] = {
                    name: Add((Multiply((Number(Fraction(m)), Symbol(name))), Number(Fraction(r))))
                    for name, m, r in zip(names, moduli, residues, strict=True)
                }
                if not self._every_case(substitute(difference, values), _fresh(memory), 1):
                    return False
            return True
        finally:
            self.facts = before

    def _every_value(self, difference: Node) -> bool:
        """Every value of integers whose intervals are small."""
        names = sorted(n for n in free_symbols(difference) if _is_small(self.facts.symbols.get(n)))
        if not names:
            return False
        choices = [_values(self.facts.symbols[name]) for name in names]
        total = 1
        for values in choices:
            total *= len(values)
        if total > _MOST_VALUES:
            return False
        self.cases = 0
        memory = self.memory(difference)
        for numbers in itertools.product(*choices):
            tried: dict[str, Node] = {
                n: Number(Fraction(v)) for n, v in zip(names, numbers, strict=True)
            }
            if not self._every_case(substitute(difference, tried), _fresh(memory), 1):
                return False
        return True


def _fresh(memory: Memory) -> Memory:
    return Memory(deadline=memory.deadline, complex=memory.complex, learns=memory.learns)


def _substituted(facts: Facts, old: str, new: Node) -> Facts:
    conditions = tuple(
        (substitute(left, {old: new}), operator, substitute(right, {old: new}))
        for left, operator, right in facts.conditions
    )
    domain = facts.symbols.get(old)
    bounds: list[tuple[Node, Comparison, Node]] = []
    if domain is not None and domain.low is not None:
        bounds.append((new, ">=", Number(domain.low)))
    return dataclasses.replace(facts, conditions=(*conditions, *bounds))


def _modulus(space: Space, kind: str, arguments: tuple[Ratio, ...], data: object) -> int:
    """The remainders that an atom depends on."""
    if kind in ("parity",):
        denominators = [int(c.q) for c in arguments[0].numerator.coeffs()]
        return 2 * lcm(*denominators)
    if kind == "whole" and isinstance(data, int):
        return 2 * data
    if kind in ("floor", "ceil") and arguments[0].denominator.is_one():
        return lcm(*(int(c.q) for c in arguments[0].numerator.coeffs()))
    return 1


def _is_small(domain: Domain | None) -> bool:
    return (
        domain is not None
        and domain.set == "integer"
        and domain.low is not None
        and domain.high is not None
        and domain.high - domain.low < _MOST_VALUES
    )


def _values(domain: Domain) -> list[int]:
    assert domain.low is not None
    assert domain.high is not None
    low, high = int(domain.low // 1), int(domain.high // 1) + 1
    return [value for value in range(low, high + 1) if Fraction(value) in domain]
