"""A normal form that proves many equalities at once: a rational function of atoms.

Atoms are the symbols, and whatever rational arithmetic does not see into: powers with a symbolic
exponent, functions, sums. An exponent is split over its terms first (β^(t+1) is β^t · β), so that
the usual closed forms meet. Equal normal forms are a proof; different ones decide nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.ratios import Ratio, Ratios
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Divide,
    Fold,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
)

_E: Final = Constant("e")
_HALF: Final = Number(Fraction(1, 2))


def same_normal_form(left: Node, right: Node) -> bool:
    """Whether two formulas have equal normal forms, which proves them equal."""
    try:
        atoms = _Atoms()
        for node in (left, right):
            _Form(atoms, None).of(node)
        ratios = Ratios(atoms.names)
        return _Form(atoms, ratios).of(left) == _Form(atoms, ratios).of(right)
    except (NoValue, RecursionError):
        return False


class _Atoms:
    """The names of the atoms met so far."""

    def __init__(self) -> None:
        self.names: set[str] = set()


class _Form:
    """Brings a tree to its normal form.

    Without `ratios` it only collects the names of the atoms: flint must know the generators first.
    """

    def __init__(
        self, atoms: _Atoms, ratios: Ratios | None, renamed: Mapping[str, str] | None = None
    ) -> None:
        self.atoms = atoms
        self.ratios = ratios
        self.algebra = ratios or Ratios(())
        self.renamed = dict(renamed or {})

    def of(self, node: Node) -> Ratio:
        match node:
            case Number(value=value):
                return self.algebra.rational(value)
            case Symbol(name=name):
                return self._atom(self.renamed.get(name, name))
            case Constant(name=constant):
                return self._atom(f"constant {constant}")
            case Indexed(family=family, index=index):
                return self._atom(f"{family}[{self.key(index)}]")
            case Add(terms=terms):
                return self._fold_left(self.algebra.add, terms)
            case Multiply(factors=factors):
                return self._fold_left(self.algebra.multiply, factors)
            case Negate(operand=operand):
                return self.algebra.negate(self.of(operand))
            case Divide(numerator=numerator, denominator=denominator):
                top, bottom = self.of(numerator), self.of(denominator)
                return top if self.ratios is None else self.algebra.divide(top, bottom)
            case Power(base=base, exponent=exponent):
                return self._power(base, exponent)
            case Call(function="exp", arguments=(argument,)):
                return self._power(_E, argument)
            case Call(function="sqrt", arguments=(argument,)):
                return self._power(argument, _HALF)
            case Call(function=function, arguments=arguments):
                return self._atom(f"{function}({','.join(self.key(a) for a in arguments)})")
            case Fold():
                return self._atom(self._fold_key(node))
        return self._atom(repr(node))

    def key(self, node: Node) -> str:
        """A string that equal normal forms share."""
        inner = _Atoms()
        _Form(inner, None, self.renamed).of(node)
        ratios = Ratios(inner.names)
        form = _Form(inner, ratios, self.renamed).of(node).reduced()
        return f"{form.numerator}/{form.denominator}|{sorted(inner.names)}"

    def _fold_left(self, operation: object, nodes: tuple[Node, ...]) -> Ratio:
        result = self.of(nodes[0])
        for node in nodes[1:]:
            value = self.of(node)
            result = result if self.ratios is None else operation(result, value)  # type: ignore[operator]
        return result

    def _atom(self, name: str) -> Ratio:
        self.atoms.names.add(name)
        return (
            self.algebra.rational(Fraction(1))
            if self.ratios is None
            else self.ratios.generator(name)
        )

    def _fold_key(self, node: Fold) -> str:
        inside = _Form(self.atoms, None, {**self.renamed, node.index: f"#{len(self.renamed)}"})
        return (
            f"{node.kind}({self.key(node.lower)}..{self.key(node.upper)}:{inside.key(node.body)})"
        )

    def _power(self, base: Node, exponent: Node) -> Ratio:
        """base^(n + p/q · m + ...) as base^n · (base^(m/q))^p · ..."""
        if isinstance(exponent, Number) and exponent.value.denominator == 1:
            value = self.of(base)
            if self.ratios is None:
                return value
            return self.algebra.integer_power(value, int(exponent.value))
        return self._symbolic_power(base, exponent)

    def _symbolic_power(self, base: Node, exponent: Node) -> Ratio:
        inner = _Atoms()
        _Form(inner, None, self.renamed).of(exponent)
        form = _Form(inner, Ratios(inner.names), self.renamed).of(exponent).reduced()
        if not form.denominator.is_constant():
            return self._atom(f"({self.key(base)})^({self.key(exponent)})")
        names, result = sorted(inner.names), self.algebra.rational(Fraction(1))
        base_key = self.key(base)
        for degrees, coefficient in form.numerator.to_dict().items():
            power = Fraction(int(coefficient.p), int(coefficient.q))
            part = self._power_part(base, base_key, tuple(zip(names, degrees, strict=True)), power)
            result = part if self.ratios is None else self.algebra.multiply(result, part)
        return result

    def _power_part(
        self, base: Node, base_key: str, monomial: tuple[tuple[str, int], ...], power: Fraction
    ) -> Ratio:
        shown = "*".join(f"{name}^{degree}" for name, degree in monomial if degree)
        whole, fractional = divmod(power, 1) if not shown else (0, power)
        result = self.of(base)
        if self.ratios is not None:
            result = self.algebra.integer_power(result, int(whole))
        if fractional:
            atom = self._atom(f"({base_key})^({shown or '1'}/{fractional.denominator})")
            if self.ratios is not None:
                raised = self.algebra.integer_power(atom, fractional.numerator)
                result = self.algebra.multiply(result, raised)
        return result
