"""Shows a tree back to people: plain text for a terminal, LaTeX for a page.

What is shown reads back as the same tree.
"""

from __future__ import annotations

from typing import Final

from autograder.symbolic.renderer import ATOM, POWER, PRODUCT, RELATION, SUM, Renderer
from autograder.symbolic.show_latex import LatexRenderer
from autograder.symbolic.tree import (
    Derivative,
    Fold,
    Integral,
    Interval,
    Limit,
    Matrix,
    Node,
    Piecewise,
    Relation,
    Set,
    Symbol,
)

_GREEK_SIGNS: Final = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
        "varsigma sigma tau upsilon phi chi psi omega".split(),
        "αβγδεζηθικλμνξοπρςστυφχψω",
        strict=True,
    )
)
_SET_SIGNS: Final = {"union": "∪", "intersection": "∩"}


def plain(node: Node) -> str:
    """The formula as one line of plain text, with * and ^."""
    return _Plain().show(node)


def latex(node: Node) -> str:
    """The formula as LaTeX, without dollar signs."""
    return LatexRenderer().show(node)


class _Plain(Renderer):
    times = "*"

    def bracket(self, text: str, brackets: str = "()") -> str:
        return f"{brackets[0]}{text}{brackets[1]}"

    def constant(self, name: str) -> str:
        return {"pi": "π", "oo": "∞"}.get(name, name)

    def name(self, name: str) -> str:
        base, mark, rest = name.partition("_")
        if rest and not rest.replace("_", "").isalnum():
            rest = f"{{{rest}}}"
        return _GREEK_SIGNS.get(base, base) + mark + rest

    def member(self, family: str, index: str) -> str:
        return f"{family}[{index}]"

    def quotient(self, numerator: Node, denominator: Node) -> tuple[int, str]:
        return PRODUCT, f"{self.show(numerator, PRODUCT)}/{self.show(denominator, POWER)}"

    def power(self, base: Node, exponent: Node) -> str:
        raised = self.show(exponent, ATOM)
        # Braces after ^ hold an exponent; those of cases or a set need brackets of their own.
        raised = self.bracket(raised) if raised.startswith("{") else raised
        return f"{self.show(base, ATOM)}^{raised}"

    def call(self, function: str, arguments: tuple[Node, ...]) -> tuple[int, str]:
        if function in _SET_SIGNS:
            shown = [self.show(argument, ATOM) for argument in arguments]
            return RELATION, f" {_SET_SIGNS[function]} ".join(shown)
        return ATOM, self.applied(function, *arguments)

    def applied(self, function: str, *arguments: Node | str) -> str:
        """`function(a, b)`."""
        shown = (a if isinstance(a, str) else self.show(a) for a in arguments)
        return f"{function}({', '.join(shown)})"

    def fold(self, node: Fold) -> tuple[int, str]:
        sign = "Σ" if node.kind == "sum" else "Π"
        lower, upper = self.show(node.lower), self.show(node.upper)
        body = self.body(node)
        return SUM, f"{sign}_{{{self.name(node.index)}={lower}}}^{{{upper}}} {body}"

    def integral(self, node: Integral) -> tuple[int, str]:
        variable = self.name(node.variable)
        if node.lower is not None:
            return ATOM, self.applied("integral", node.body, variable, node.lower, node.upper)
        if node.upper != Symbol(node.variable):
            variable += f"={self.show(node.upper)}"
        return ATOM, self.applied("integral", node.body, variable)

    def limit(self, node: Limit) -> tuple[int, str]:
        sides = () if node.side == "both" else (node.side,)
        variable = self.name(node.variable)
        return ATOM, self.applied("limit", node.body, variable, node.target, *sides)

    def derivative(self, node: Derivative) -> tuple[int, str]:
        variable = self.name(node.variable)
        if node.point != Symbol(node.variable):
            variable += f"={self.show(node.point)}"
        orders = () if node.order == 1 else (str(node.order),)
        return ATOM, self.applied("derivative", node.body, variable, *orders)

    def piecewise(self, node: Piecewise) -> tuple[int, str]:
        cases = [f"{self.show(value)} if {self.show(test)}" for value, test in node.cases]
        if node.otherwise is not None:
            cases.append(f"{self.show(node.otherwise)} otherwise")
        return ATOM, f"{{{'; '.join(cases)}}}"

    def matrix(self, node: Matrix) -> tuple[int, str]:
        rows = [f"[{', '.join(self.show(entry) for entry in row)}]" for row in node.rows]
        return ATOM, f"[{', '.join(rows)}]"

    def set(self, node: Set) -> tuple[int, str]:
        return ATOM, f"{{{', '.join(self.show(item) for item in node.items)}}}"

    def interval(self, node: Interval) -> tuple[int, str]:
        if node.low_open == node.high_open:
            name = "Interval.open" if node.low_open else "Interval"
            return ATOM, self.applied(name, node.low, node.high)
        brackets = ("(" if node.low_open else "[") + (")" if node.high_open else "]")
        return ATOM, self.bracket(f"{self.show(node.low)}, {self.show(node.high)}", brackets)

    def relation(self, node: Relation) -> str:
        return f"{self.show(node.left, SUM)} {node.operator} {self.show(node.right, SUM)}"

    def word(self, word: str) -> str:
        return f" {word} "
