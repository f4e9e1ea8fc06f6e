"""Shows a tree as LaTeX."""

from __future__ import annotations

from typing import Final

from autograder.symbolic.notation import GREEK_NAMES
from autograder.symbolic.renderer import ATOM, POWER, PRODUCT, RELATION, SUM, Renderer
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

_KNOWN: Final = frozenset(
    "Gamma exp min max sin cos tan cot sec csc sinh cosh tanh coth arg det gcd".split()
)
_RELATIONS: Final = {"!=": r"\ne", "<=": r"\le", ">=": r"\ge", "in": r"\in"}
_SETS: Final = {"union": r"\cup", "intersection": r"\cap"}
_NEW_LINE: Final = r" \\ "
_ACCENTS: Final = ("hat", "bar", "tilde", "vec", "dot", "ddot")


class LatexRenderer(Renderer):
    """LaTeX without dollar signs."""

    times = r" \, "

    def join(self, factors: list[str]) -> str:
        """Factors side by side, with a dot before a digit, which would join the number before it."""
        text = factors[0]
        for factor in factors[1:]:
            text += (r" \cdot " if factor[:1].isdigit() else self.times) + factor
        return text

    def bracket(self, text: str, brackets: str = "()") -> str:
        """The text in brackets that grow with it."""
        return rf"\left{brackets[0]}{text}\right{brackets[1]}"

    def constant(self, name: str) -> str:
        """pi, e, infinity or the imaginary unit."""
        return {"pi": r"\pi", "oo": r"\infty", "i": r"\mathrm{i}"}.get(name, name)

    def name(self, name: str) -> str:
        """A symbol with its subscripts and accents."""
        base, _, rest = name.partition("_")
        text = f"\\{base}" if base in GREEK_NAMES else base
        text = text if len(base) == 1 or base in GREEK_NAMES else rf"\mathrm{{{base}}}"
        subscripts: list[str] = []
        for part in filter(None, rest.split("_")):
            if part in _ACCENTS and not subscripts:
                text = rf"\{part}{{{text}}}"
            elif part == "prime":
                text += "'"
            else:
                plain = len(part) == 1 or part.isdigit()
                subscripts.append(part if plain else rf"\mathrm{{{part}}}")
        return text + (f"_{{{','.join(subscripts)}}}" if subscripts else "")

    def member(self, family: str, index: str) -> str:
        """A member of a family."""
        return f"{family}_{{{index}}}"

    def quotient(self, numerator: Node, denominator: Node) -> tuple[int, str]:
        """A fraction."""
        return POWER, rf"\frac{{{self.show(numerator)}}}{{{self.show(denominator)}}}"

    def power(self, base: Node, exponent: Node) -> str:
        """A power."""
        return f"{self.show(base, ATOM)}^{{{self.show(exponent)}}}"

    def call(self, function: str, arguments: tuple[Node, ...]) -> tuple[int, str]:
        """A function, in its own notation where it has one."""
        shown = [self.show(argument) for argument in arguments]
        if len(arguments) == 1 and (own := self._of_one(function, arguments[0])) is not None:
            return own
        match function, shown:
            case "root", [inside, degree]:
                return ATOM, rf"\sqrt[{degree}]{{{inside}}}"
            case "binomial", [above, below]:
                return ATOM, rf"\binom{{{above}}}{{{below}}}"
            case "mod", [_, _]:
                left, right = (self.show(argument, POWER) for argument in arguments)
                return SUM, rf"{left} \bmod {right}"
            case "log", [inside, base]:
                return ATOM, rf"\log_{{{base}}}\left({inside}\right)"
            case (("union" | "intersection"), _):
                parts = [self.show(argument, ATOM) for argument in arguments]
                return RELATION, f" {_SETS[function]} ".join(parts)
        return ATOM, rf"{_function_name(function)}\left({', '.join(shown)}\right)"

    def _of_one(self, function: str, argument: Node) -> tuple[int, str] | None:
        inside = self.show(argument)
        match function:
            case "floor":
                return ATOM, rf"\left\lfloor {inside} \right\rfloor"
            case "ceil":
                return ATOM, rf"\left\lceil {inside} \right\rceil"
            case "abs":
                return ATOM, rf"\left|{inside}\right|"
            case "norm":
                return ATOM, rf"\left\|{inside}\right\|"
            case "sqrt":
                return ATOM, rf"\sqrt{{{inside}}}"
            case "factorial":
                return POWER, f"{self.show(argument, ATOM)}!"
            case "doublefactorial":
                return POWER, f"{self.show(argument, ATOM)}!!"
            case "transpose":
                return POWER, rf"{self.show(argument, ATOM)}^{{\top}}"
        return None

    def fold(self, node: Fold) -> tuple[int, str]:
        """A sum or product."""
        sign = r"\sum" if node.kind == "sum" else r"\prod"
        lower, upper = self.show(node.lower), self.show(node.upper)
        body = self.body(node)
        return SUM, rf"{sign}_{{{self.name(node.index)}={lower}}}^{{{upper}}} {body}"

    def integral(self, node: Integral) -> tuple[int, str]:
        """An integral; an antiderivative at another point than its variable keeps the bar."""
        variable = self.name(node.variable)
        body = rf"{self.show(node.body, PRODUCT)} \, d{variable}"
        if node.lower is not None:
            bounds = f"_{{{self.show(node.lower)}}}^{{{self.show(node.upper)}}}"
            return SUM, rf"\int{bounds} {body}"
        if node.upper == Symbol(node.variable):
            return SUM, rf"\int {body}"
        return ATOM, rf"\left.\int {body}\right|_{{{variable}={self.show(node.upper)}}}"

    def limit(self, node: Limit) -> tuple[int, str]:
        """A limit."""
        side = {"left": "^{-}", "right": "^{+}"}.get(node.side, "")
        target = self.show(node.target, ATOM if side else 0)
        under = rf"{self.name(node.variable)} \to {target}{side}"
        return SUM, rf"\lim_{{{under}}} {self.show(node.body, PRODUCT)}"

    def derivative(self, node: Derivative) -> tuple[int, str]:
        """A derivative by d/dx; at another point with a bar."""
        variable, order = self.name(node.variable), f"^{{{node.order}}}" if node.order > 1 else ""
        body = self.bracket(self.show(node.body))
        text = rf"\frac{{d{order}}}{{d{variable}{order}}} {body}"
        if node.point == Symbol(node.variable):
            return SUM, text
        return ATOM, rf"\left.{text}\right|_{{{variable}={self.show(node.point)}}}"

    def piecewise(self, node: Piecewise) -> tuple[int, str]:
        """The cases one under the other."""
        lines = [rf"{self.show(v)} & \text{{if }} {self.show(test)}" for v, test in node.cases]
        if node.otherwise is not None:
            lines.append(rf"{self.show(node.otherwise)} & \text{{otherwise}}")
        return ATOM, rf"\begin{{cases}} {_NEW_LINE.join(lines)} \end{{cases}}"

    def matrix(self, node: Matrix) -> tuple[int, str]:
        """A matrix in round brackets."""
        rows = (" & ".join(self.show(entry) for entry in row) for row in node.rows)
        return ATOM, rf"\begin{{pmatrix}} {_NEW_LINE.join(rows)} \end{{pmatrix}}"

    def set(self, node: Set) -> tuple[int, str]:
        """A set in braces."""
        if not node.items:
            return ATOM, r"\emptyset"
        return ATOM, rf"\left\{{{', '.join(self.show(item) for item in node.items)}\right\}}"

    def interval(self, node: Interval) -> tuple[int, str]:
        """An interval; `]0, 1[` where `(0, 1)` could be a pair."""
        if node.low_open and node.high_open:
            brackets = "]["
        else:
            brackets = ("(" if node.low_open else "[") + (")" if node.high_open else "]")
        return ATOM, self.bracket(f"{self.show(node.low)}, {self.show(node.high)}", brackets)

    def relation(self, node: Relation) -> str:
        """Two formulas compared."""
        operator = _RELATIONS.get(node.operator, node.operator)
        if node.operator == "divides":
            operator = r"\text{ divides }"
        return f"{self.show(node.left, SUM)} {operator} {self.show(node.right, SUM)}"

    def word(self, word: str) -> str:
        """`and` or `or` between two formulas."""
        return rf" \text{{ {word} }} "


def _function_name(function: str) -> str:
    if function == "log":
        return r"\ln"
    return f"\\{function}" if function in _KNOWN else rf"\operatorname{{{function}}}"
