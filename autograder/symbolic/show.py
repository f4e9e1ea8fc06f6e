"""Shows a tree back to people: plain text for a terminal, LaTeX for a page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Final

from autograder.symbolic.notation import GREEK_NAMES
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Divide,
    Fold,
    Indexed,
    Label,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    Sequence,
    Symbol,
)

# How tightly a node holds together; a part that holds less tightly gets brackets.
_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4

_GREEK_SIGNS: Final = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
        "varsigma sigma tau upsilon phi chi psi omega".split(),
        "αβγδεζηθικλμνξοπρςστυφχψω",
        strict=True,
    )
)


def plain(node: Node) -> str:
    """The formula as one line of plain text, with * and ^."""
    return _Plain().show(node)


def latex(node: Node) -> str:
    """The formula as LaTeX, without dollar signs."""
    return _Latex().show(node)


class _Renderer(ABC):
    """Walks a tree and puts brackets where precedence asks for them."""

    times: str

    def show(self, node: Node, least: int = 0) -> str:
        strength, text = self._render(node)
        return text if strength >= least else self.bracket(text)

    def _render(self, node: Node) -> tuple[int, str]:
        match node:
            case Number(value=value):
                return self._number(value)
            case Constant(name=name):
                return _ATOM, self.constant(name)
            case Symbol(name=name):
                return _ATOM, self.name(name)
            case Indexed(family=family, index=index):
                return _ATOM, self.member(self.name(family), self.show(index))
            case Label(text=text):
                return _ATOM, text
            case Negate(operand=operand):
                return _SUM, "-" + self.show(operand, _PRODUCT)
            case Add(terms=terms):
                return _SUM, self._sum(terms)
            case Multiply(factors=factors):
                return _PRODUCT, self._product(factors)
            case Divide():
                return self.quotient(node.numerator, node.denominator)
            case Power(base=base, exponent=exponent):
                return _POWER, self.power(base, exponent)
            case Call(function=function, arguments=arguments):
                return self.call(function, arguments)
            case Fold():
                return _SUM, self.fold(node)
            case Relation(operator=operator, left=left, right=right):
                return 0, f"{self.show(left)} {operator} {self.show(right)}"
            case Sequence(items=items):
                return _ATOM, self.bracket(", ".join(self.show(item) for item in items))
        raise TypeError(f"cannot show {type(node).__name__}")

    def _number(self, value: Fraction) -> tuple[int, str]:
        if value.denominator == 1:
            return (_ATOM if value >= 0 else _SUM), str(value.numerator)
        return self.quotient(Number(Fraction(value.numerator)), Number(Fraction(value.denominator)))

    def _sum(self, terms: tuple[Node, ...]) -> str:
        text = self.show(terms[0], _SUM)
        for term in terms[1:]:
            if isinstance(term, Negate):
                text += f" - {self.show(term.operand, _PRODUCT)}"
            else:
                least = _SUM if isinstance(term, Fold) else _PRODUCT
                text += f" + {self.show(term, least)}"
        return text

    def _product(self, factors: tuple[Node, ...]) -> str:
        shown = []
        for place, factor in enumerate(factors):
            last = place == len(factors) - 1
            leading_sign = place == 0 and isinstance(factor, Negate)
            least = _SUM if leading_sign or (last and isinstance(factor, Fold)) else _PRODUCT
            shown.append(self.show(factor, least))
        return self.join(shown)

    def join(self, factors: list[str]) -> str:
        """Factors as a product."""
        return self.times.join(factors)

    @abstractmethod
    def bracket(self, text: str) -> str: ...
    @abstractmethod
    def constant(self, name: str) -> str: ...
    @abstractmethod
    def name(self, name: str) -> str: ...
    @abstractmethod
    def member(self, family: str, index: str) -> str: ...
    @abstractmethod
    def quotient(self, numerator: Node, denominator: Node) -> tuple[int, str]: ...
    @abstractmethod
    def power(self, base: Node, exponent: Node) -> str: ...
    @abstractmethod
    def call(self, function: str, arguments: tuple[Node, ...]) -> tuple[int, str]: ...
    @abstractmethod
    def fold(self, node: Fold) -> str: ...


class _Plain(_Renderer):
    times = "*"

    def bracket(self, text: str) -> str:
        return f"({text})"

    def constant(self, name: str) -> str:
        return {"pi": "π", "oo": "∞"}.get(name, name)

    def name(self, name: str) -> str:
        base, mark, rest = name.partition("_")
        return _GREEK_SIGNS.get(base, base) + mark + rest

    def member(self, family: str, index: str) -> str:
        return f"{family}[{index}]"

    def quotient(self, numerator: Node, denominator: Node) -> tuple[int, str]:
        return _PRODUCT, f"{self.show(numerator, _PRODUCT)}/{self.show(denominator, _POWER)}"

    def power(self, base: Node, exponent: Node) -> str:
        return f"{self.show(base, _ATOM)}^{self.show(exponent, _ATOM)}"

    def call(self, function: str, arguments: tuple[Node, ...]) -> tuple[int, str]:
        return _ATOM, f"{function}({', '.join(self.show(argument) for argument in arguments)})"

    def fold(self, node: Fold) -> str:
        sign = "Σ" if node.kind == "sum" else "Π"
        lower, upper = self.show(node.lower), self.show(node.upper)
        body = self.show(node.body, _SUM if isinstance(node.body, Fold) else _PRODUCT)
        return f"{sign}_{{{self.name(node.index)}={lower}}}^{{{upper}}} {body}"


class _Latex(_Renderer):
    times = r" \, "

    def join(self, factors: list[str]) -> str:
        """Factors side by side, with a dot before a digit, which would join the number before it."""
        text = factors[0]
        for factor in factors[1:]:
            text += (r" \cdot " if factor[:1].isdigit() else self.times) + factor
        return text

    def bracket(self, text: str) -> str:
        return rf"\left({text}\right)"

    def constant(self, name: str) -> str:
        return {"pi": r"\pi", "oo": r"\infty"}.get(name, name)

    def name(self, name: str) -> str:
        base, _, rest = name.partition("_")
        text = f"\\{base}" if base in GREEK_NAMES else base
        text = text if len(base) == 1 or base in GREEK_NAMES else rf"\mathrm{{{base}}}"
        for part in filter(None, rest.split("_")):
            if part in ("hat", "bar", "tilde", "vec", "dot"):
                text = rf"\{part}{{{text}}}"
            elif part == "prime":
                text += "'"
            else:
                text += (
                    f"_{{{part}}}"
                    if len(part) == 1 or part.isdigit()
                    else rf"_{{\mathrm{{{part}}}}}"
                )
        return text

    def member(self, family: str, index: str) -> str:
        return f"{family}_{{{index}}}"

    def quotient(self, numerator: Node, denominator: Node) -> tuple[int, str]:
        return _POWER, rf"\frac{{{self.show(numerator)}}}{{{self.show(denominator)}}}"

    def power(self, base: Node, exponent: Node) -> str:
        return f"{self.show(base, _ATOM)}^{{{self.show(exponent)}}}"

    def call(self, function: str, arguments: tuple[Node, ...]) -> tuple[int, str]:
        shown = [self.show(argument) for argument in arguments]
        match function, shown:
            case "floor", [inside]:
                return _ATOM, rf"\left\lfloor {inside} \right\rfloor"
            case "ceil", [inside]:
                return _ATOM, rf"\left\lceil {inside} \right\rceil"
            case "abs", [inside]:
                return _ATOM, rf"\left|{inside}\right|"
            case "sqrt", [inside]:
                return _ATOM, rf"\sqrt{{{inside}}}"
            case "root", [inside, degree]:
                return _ATOM, rf"\sqrt[{degree}]{{{inside}}}"
            case "binomial", [above, below]:
                return _ATOM, rf"\binom{{{above}}}{{{below}}}"
            case "factorial", [_]:
                return _POWER, f"{self.show(arguments[0], _ATOM)}!"
            case "mod", [_, _]:
                left, right = (self.show(argument, _POWER) for argument in arguments)
                return _PRODUCT, rf"{left} \bmod {right}"
            case "log", [inside, base]:
                return _ATOM, rf"\log_{{{base}}}\left({inside}\right)"
        known = function in (
            "log",
            "exp",
            "min",
            "max",
            "sin",
            "cos",
            "tan",
            "sinh",
            "cosh",
            "tanh",
        )
        name = f"\\{function}" if known else rf"\operatorname{{{function}}}"
        return _ATOM, rf"{name}\left({', '.join(shown)}\right)"

    def fold(self, node: Fold) -> str:
        sign = r"\sum" if node.kind == "sum" else r"\prod"
        lower, upper = self.show(node.lower), self.show(node.upper)
        body = self.show(node.body, _SUM if isinstance(node.body, Fold) else _PRODUCT)
        return rf"{sign}_{{{self.name(node.index)}={lower}}}^{{{upper}}} {body}"
