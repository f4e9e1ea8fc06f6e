"""Walks a tree to show it, and puts brackets where precedence asks for them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Final

from autograder.symbolic.extent import free_at_end
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Derivative,
    Divide,
    Fold,
    Indexed,
    Integral,
    Interval,
    Junction,
    Label,
    Limit,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Sequence,
    Set,
    Symbol,
)

# How tightly a node holds together; a part that holds less tightly gets brackets.
LOOSE: Final = 0
JUNCTION: Final = 1
RELATION: Final = 2
SUM: Final = 3
PRODUCT: Final = 4
POWER: Final = 5
ATOM: Final = 6

_LONGEST_DECIMAL: Final = 30


class Renderer(ABC):
    """Shows each kind of node; a notation says how its parts are joined."""

    times: str

    def __init__(self) -> None:
        # A notation may ask for a part twice, which doubles at every level; the node is kept so that
        # its identity stays its own.
        self._shown: dict[int, tuple[Node, int, str]] = {}

    def show(self, node: Node, least: int = LOOSE) -> str:
        """The node as text, in brackets where it holds together less tightly than `least`."""
        if id(node) not in self._shown:
            self._shown[id(node)] = (node, *self._render(node))
        _, strength, text = self._shown[id(node)]
        return text if strength >= least else self.bracket(text)

    def _render(self, node: Node) -> tuple[int, str]:
        match node:
            case Number(value=value, decimal=decimal):
                return self._decimal(value) if decimal else self._number(value)
            case Constant(name=name):
                return ATOM, self.constant(name)
            case Symbol(name=name):
                return ATOM, self.name(name)
            case Indexed(family=family, index=index):
                indices = index.items if isinstance(index, Sequence) else (index,)
                shown = ", ".join(self.show(part) for part in indices)
                return ATOM, self.member(self.name(family), shown)
            case Label(text=text):
                return ATOM, text
            case Negate(operand=operand):
                return SUM, "-" + self.show(operand, PRODUCT)
            case Add(terms=terms):
                return SUM, self._sum(terms)
            case Multiply(factors=factors):
                return PRODUCT, self._product(factors)
            case Divide():
                return self.quotient(node.numerator, node.denominator)
            case Power(base=base, exponent=exponent):
                return POWER, self.power(base, exponent)
            case Call(function=function, arguments=arguments):
                return self.call(function, arguments)
        return self._structure(node)

    def _structure(self, node: Node) -> tuple[int, str]:
        match node:
            case Fold():
                return self.fold(node)
            case Relation():
                return RELATION, self.relation(node)
            case Junction(operator=operator, parts=parts):
                return JUNCTION, self.word(operator).join(self.show(p, RELATION) for p in parts)
            case Sequence(items=items, brackets=brackets):
                return ATOM, self.bracket(", ".join(map(self.show, items)), brackets)
            case Set():
                return self.set(node)
            case Interval():
                return self.interval(node)
            case Matrix():
                return self.matrix(node)
            case Piecewise():
                return self.piecewise(node)
            case Integral():
                return self.integral(node)
            case Limit():
                return self.limit(node)
            case Derivative():
                return self.derivative(node)
        raise TypeError(f"cannot show {type(node).__name__}")

    def _number(self, value: Fraction) -> tuple[int, str]:
        if value.denominator == 1:
            return (ATOM if value >= 0 else SUM), str(value.numerator)
        return self.quotient(Number(Fraction(value.numerator)), Number(Fraction(value.denominator)))

    def _decimal(self, value: Fraction) -> tuple[int, str]:
        """A number as it was written, with a point."""
        places = 0
        while (value * 10**places).denominator != 1:
            places += 1
        digits = str(abs(int(value * 10**places)))
        if places > _LONGEST_DECIMAL:
            text = f"{digits}e-{places}"
        elif places:
            digits = digits.rjust(places + 1, "0")
            text = f"{digits[:-places]}.{digits[-places:]}"
        else:
            text = digits
        return (ATOM, text) if value >= 0 else (SUM, f"-{text}")

    def _sum(self, terms: tuple[Node, ...]) -> str:
        text = self.show(terms[0], PRODUCT if isinstance(terms[0], Add) else SUM)
        for term in terms[1:]:
            if isinstance(term, Negate):
                text += f" - {self.show(term.operand, PRODUCT)}"
            else:
                least = SUM if isinstance(term, Fold) else PRODUCT
                text += f" + {self.show(term, least)}"
        return text

    def _product(self, factors: tuple[Node, ...]) -> str:
        shown = []
        for place, factor in enumerate(factors):
            last = place == len(factors) - 1
            if last and isinstance(factor, Fold):
                least = SUM
            else:
                # `a*(b/c)` and `(a*b)*c` keep the brackets that tell them from `a*b/c`, `a*b*c`.
                nested = isinstance(factor, Multiply) or (place and isinstance(factor, Divide))
                least = POWER if nested else PRODUCT
            shown.append(self.show(factor, least))
        return self.join(shown)

    def join(self, factors: list[str]) -> str:
        """Factors as a product."""
        return self.times.join(factors)

    @abstractmethod
    def bracket(self, text: str, brackets: str = "()") -> str:
        """The text in brackets."""

    @abstractmethod
    def constant(self, name: str) -> str:
        """pi, e, infinity or the imaginary unit."""

    @abstractmethod
    def name(self, name: str) -> str:
        """A symbol."""

    @abstractmethod
    def member(self, family: str, index: str) -> str:
        """A member of a family."""

    @abstractmethod
    def quotient(self, numerator: Node, denominator: Node) -> tuple[int, str]:
        """A fraction."""

    @abstractmethod
    def power(self, base: Node, exponent: Node) -> str:
        """A power."""

    @abstractmethod
    def call(self, function: str, arguments: tuple[Node, ...]) -> tuple[int, str]:
        """A function of its arguments."""

    def body(self, node: Fold) -> str:
        """The body of a sum or product, in brackets where it would end too early without them."""
        if node.kind == "product" and free_at_end(node):
            return self.show(node.body, POWER)
        return self.show(node.body, SUM if isinstance(node.body, Fold) else PRODUCT)

    @abstractmethod
    def fold(self, node: Fold) -> tuple[int, str]:
        """A sum or product."""

    @abstractmethod
    def integral(self, node: Integral) -> tuple[int, str]:
        """An integral."""

    @abstractmethod
    def limit(self, node: Limit) -> tuple[int, str]:
        """A limit."""

    @abstractmethod
    def derivative(self, node: Derivative) -> tuple[int, str]:
        """A derivative."""

    @abstractmethod
    def piecewise(self, node: Piecewise) -> tuple[int, str]:
        """A formula in cases."""

    @abstractmethod
    def matrix(self, node: Matrix) -> tuple[int, str]:
        """A matrix."""

    @abstractmethod
    def set(self, node: Set) -> tuple[int, str]:
        """A set."""

    @abstractmethod
    def interval(self, node: Interval) -> tuple[int, str]:
        """An interval."""

    @abstractmethod
    def relation(self, node: Relation) -> str:
        """Two formulas compared."""

    @abstractmethod
    def word(self, word: str) -> str:
        """A word between two formulas."""
