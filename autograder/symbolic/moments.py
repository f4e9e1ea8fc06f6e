"""Formulas with expectations: E[...], Var[...] and Cov[...] of random symbols, worked out exactly.

An argument is a polynomial in random symbols. Expectation is linear, so that what is left are moments of
monomials, such as E[x^2*y]: unknowns, or what the hypotheses say they are. Of independent symbols the
moment of a product is the product of the moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal

from flint import fmpq

from autograder.symbolic.arithmetic import fraction
from autograder.symbolic.evaluate import Evaluator, TooCostly, Undefined, Unsupported
from autograder.symbolic.ratios import Ratio, Ratios
from autograder.symbolic.tree import Call, Indexed, Node, Power, free_symbols
from autograder.symbolic.tree import Sequence as Items

Operator = Literal["mean", "variance", "covariance"]
OPERATORS: Final[dict[str, Operator]] = {"E": "mean", "Var": "variance", "Cov": "covariance"}
_POOL: Final = 96
_DEEPEST: Final = 40
_ANY: Final = "any"

Group = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Randomness:
    """Which symbols and families are random, and what is known of them.

    `moments` gives E[x^n] by name and n; members of a family are alike. `independent` says that all
    random symbols and members are independent of each other.
    """

    names: frozenset[str] = frozenset()
    moments: Mapping[tuple[str, int], Node] = field(default_factory=dict)
    independent: bool = False
    operators: Mapping[str, Operator] = field(default_factory=lambda: dict(OPERATORS))


class Space:
    """The unknowns of one comparison: declared symbols, and those made as they are met."""

    def __init__(self, symbols: Iterable[str]) -> None:
        self._free = [f"#{place:02d}" for place in range(_POOL)]
        self.ratios = Ratios([*symbols, *self._free])
        self._made: dict[object, str] = {}
        self.labels: dict[str, str] = {}
        self.random: dict[str, str] = {}
        self.opaque: set[str] = set()

    def unknown(
        self, key: object, label: str, *, random_as: str = "", opaque: bool = False
    ) -> Ratio:
        """The unknown of this key; `random_as` is the name under which its moments are known."""
        if key not in self._made:
            if not self._free:
                raise TooCostly("too many different unknowns")
            name = self._free.pop(0)
            self._made[key] = name
            self.labels[name] = label
            if random_as:
                self.random[name] = random_as
            if opaque:
                self.opaque.add(name)
        return self.ratios.generator(self._made[key])

    def label(self, generator: str) -> str:
        """How an unknown is shown."""
        return self.labels.get(generator, generator)


def _uses_first(
    equalities: Sequence[tuple[Node, Node]], operators: Mapping[str, Operator]
) -> list[tuple[Node, Node]]:
    """The equalities so that each comes after those that define what it uses, if there is a way."""
    left, ordered = list(equalities), []
    while left:
        # E[x] = g defines a moment, and no symbol of its own.
        defined = [free_symbols(n) for n, _ in left if getattr(n, "family", "") not in operators]
        ready = (
            (name, value)
            for name, value in left
            if not any(free_symbols(value) & names - free_symbols(name) for names in defined)
        )
        ordered.append(next(ready, left[0]))
        left.remove(ordered[-1])
    return ordered


class Moments(Evaluator[Ratio]):
    """Evaluates formulas with expectations in a space, under equalities or without them.

    Each equality defines a symbol, a member or a moment: `y = sum_{i=1}^n x_i`, `E[v] = g`.
    """

    def __init__(
        self,
        symbols: Sequence[str],
        randomness: Randomness,
        fixed: Mapping[str, int],
        equalities: Sequence[tuple[Node, Node]] = (),
        *,
        assume: bool = True,
        running: str = "",
    ) -> None:
        """`running` names an index for all of whose values an equality such as v[k] = ... holds."""
        self.running = running
        self.rules: dict[str, tuple[int, Node]] = {}
        self.depth = 0
        self.space = Space(symbols)
        self.randomness = randomness
        self.assume = assume
        self.members_known: dict[tuple[str, int], Ratio] = {}
        self.moments_known: dict[Group, Ratio] = {}
        ratios = self.space.ratios
        values = {name: ratios.generator(name) for name in symbols}
        values |= {name: ratios.rational(Fraction(size)) for name, size in fixed.items()}
        self.space.random |= {n: n for n in symbols if n in randomness.names and n not in fixed}
        super().__init__(ratios, values, self)
        for left, right in _uses_first(equalities, randomness.operators) if assume else ():
            self._define(left, right)

    def _define(self, left: Node, right: Node) -> None:
        """Take an equality in.

        Raises:
            Unsupported: its left side is no symbol, member or moment.
        """
        if isinstance(left, Indexed) and self.running in free_symbols(left.index):
            offset = self.bound(left.index, self.running, self.algebra.rational(Fraction(0)))
            self.rules[left.family] = (self.algebra.integer(offset), right)
            return
        value = self.value(right)
        if isinstance(left, Indexed) and left.family not in self.randomness.operators:
            self.members_known[left.family, self.algebra.integer(self.value(left.index))] = value
            return
        name = getattr(left, "name", None)
        if name is not None:
            self.symbols[name] = value
            self.space.random.pop(name, None)
            return
        group = self._group_of(left)
        if group is None:
            raise Unsupported("the left side of a hypothesis is no symbol, member or moment")
        self.moments_known[group] = value

    def _group_of(self, node: Node) -> Group | None:
        """The monomial of which a hypothesis such as E[x*y] = ... gives the moment."""
        operators = self.randomness.operators
        if not (isinstance(node, Indexed) and operators.get(node.family) == "mean"):
            return None
        value = self.value(node.index)
        terms = value.numerator.to_dict() if value.denominator.is_constant() else {}
        if len(terms) != 1:
            return None
        ((degrees, _),) = terms.items()
        names = sorted(self.space.ratios.generators)
        group = tuple((n, d) for n, d in zip(names, degrees, strict=True) if d)
        return group if all(name in self.space.random for name, _ in group) else None

    def value(self, node: Node) -> Ratio:
        """The value of a formula as a rational function of the unknowns."""
        if isinstance(node, Indexed):
            return self._indexed(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Power):
            return self._power(node)
        return super().value(node)

    def member(self, family: str, index: int) -> Ratio:
        """A member of a family: what it is known to be, or an unknown."""
        known = self.members_known.get((family, index))
        if known is not None:
            return known
        if family in self.rules:
            return self._by_rule(family, index)
        random_as = family if family in self.randomness.names else ""
        return self.space.unknown((family, index), f"{family}[{index}]", random_as=random_as)

    def _by_rule(self, family: str, index: int) -> Ratio:
        """A member that a rule gives from others; the base cases are known members."""
        offset, body = self.rules[family]
        if self.depth > _DEEPEST:
            raise Undefined(f"the rule for {family} never reaches a known member")
        self.depth += 1
        try:
            value = self.bound(body, self.running, self.algebra.rational(Fraction(index - offset)))
        finally:
            self.depth -= 1
        self.members_known[family, index] = value
        return value

    def _indexed(self, node: Indexed) -> Ratio:
        kind = self.randomness.operators.get(node.family) if self.randomness.names else None
        if kind is None:
            return self._member_at(node)
        if kind == "covariance":
            items = node.index.items if isinstance(node.index, Items) else ()
            if len(items) != 2:
                raise Undefined(f"{node.family} takes two arguments")
            first, second = (self.value(item) for item in items)
        else:
            first = second = self.value(node.index)
        if kind == "mean":
            return self._mean(first)
        product = self._mean(self.algebra.multiply(first, second))
        means = self.algebra.multiply(self._mean(first), self._mean(second))
        return self.algebra.add(product, self.algebra.negate(means))

    def _member_at(self, node: Indexed) -> Ratio:
        index = self.value(node.index)
        number = index.constant()
        if number is None and node.family in self.randomness.names:
            # A member at a free index stands for any of them, which are all alike.
            key = (node.family, _ANY, str(index.numerator))
            return self.space.unknown(key, f"{node.family}[...]", random_as=node.family)
        return self.member(node.family, self.algebra.integer(index))

    def _call(self, node: Call) -> Ratio:
        """A function; of a random value it is a random unknown of its own."""
        values = [self.value(argument) for argument in node.arguments]
        if not any(self._is_random(value) for value in values):
            return self.algebra.call(node.function, values)
        shown = ", ".join(f"{v.numerator}/{v.denominator}" for v in map(Ratio.reduced, values))
        key = f"{node.function}({shown})"
        label = f"{node.function}(...)"
        return self.space.unknown(key, label, random_as=key, opaque=True)

    def _power(self, node: Power) -> Ratio:
        base = self.value(node.base)
        exponent = self.value(node.exponent).constant()
        if self._is_random(base) and (exponent is None or exponent.denominator != 1):
            raise Unsupported("a power of a random value that is no whole number")
        return self.algebra.power(base, self.value(node.exponent))

    def _is_random(self, value: Ratio) -> bool:
        names = sorted(self.space.ratios.generators)
        random = [place for place, name in enumerate(names) if name in self.space.random]
        for polynomial in (value.numerator, value.denominator):
            degrees = polynomial.degrees()
            if any(degrees[place] > 0 for place in random):
                return True
        return False

    def _mean(self, value: Ratio) -> Ratio:
        """The expectation of a value: linear, and of each monomial its moment."""
        algebra, names = self.algebra, sorted(self.space.ratios.generators)
        one = algebra.rational(Fraction(1))
        if self._is_random(Ratio(value.denominator, one.denominator)):
            reduced = value.reduced()
            key = f"E[{reduced.numerator}/{reduced.denominator}]"
            return self.space.unknown(key, "E[...]", opaque=True)
        total = algebra.rational(Fraction(0))
        for degrees, coefficient in value.numerator.to_dict().items():
            term = algebra.rational(fraction(fmpq(coefficient)))
            random: list[tuple[str, int]] = []
            for name, degree in zip(names, degrees, strict=True):
                if degree and name in self.space.random:
                    random.append((name, int(degree)))
                elif degree:
                    base = self.space.ratios.generator(name)
                    term = algebra.multiply(term, algebra.power(base, _whole(algebra, degree)))
            total = algebra.add(total, algebra.multiply(term, self._moment(tuple(random))))
        return algebra.divide(total, Ratio(value.denominator, one.denominator))

    def _moment(self, group: Group) -> Ratio:
        if not group:
            return self.algebra.rational(Fraction(1))
        if group in self.moments_known:
            return self.moments_known[group]
        if self.randomness.independent and len(group) > 1:
            product = self.algebra.rational(Fraction(1))
            for part in group:
                product = self.algebra.multiply(product, self._moment((part,)))
            return product
        if len(group) == 1:
            return self._own_moment(*group[0])
        label = "*".join(_shown(self.space.label(name), degree) for name, degree in group)
        opaque = any(name in self.space.opaque for name, _ in group)
        return self.space.unknown(("moment", group), f"E[{label}]", opaque=opaque)

    def _own_moment(self, generator: str, degree: int) -> Ratio:
        """E[x^n] of one random symbol; members of a family have it in common."""
        name = self.space.random[generator]
        known = self.randomness.moments.get((name, degree)) if self.assume else None
        if known is not None:
            return self.value(known)
        label = f"E[{_shown(name, degree)}]"
        opaque = generator in self.space.opaque
        return self.space.unknown(("moment", name, degree), label, opaque=opaque)


def _whole(algebra: object, value: int) -> Ratio:
    return algebra.rational(Fraction(int(value)))  # type: ignore[attr-defined, no-any-return]


def _shown(name: str, degree: int) -> str:
    return name if degree == 1 else f"{name}^{degree}"
