"""One peer as a process: a pair on each line of stdin, its verdict on a line of stdout.

    python benchmarks/formula_peers.py simplify | equals | math-verify

Both formulas are read by our own reader and handed over as SymPy expressions whose symbols carry the
assumptions of their domains (Math-Verify gets LaTeX, which is what it reads). Only deciding is timed.
The caller kills a peer that takes too long.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import sympy as sp

from autograder.symbolic import tree
from autograder.symbolic.domain import Domain
from autograder.symbolic.pair import Pair, read_table
from autograder.symbolic.show import latex
from autograder.symbolic.together import read_together

FUNCTIONS: dict[str, Any] = {
    "ceil": sp.ceiling,
    "abs": sp.Abs,
    "min": sp.Min,
    "max": sp.Max,
    "mod": sp.Mod,
    "round": lambda x: sp.floor(x + sp.Rational(1, 2)),
    "trunc": lambda x: sp.sign(x) * sp.floor(sp.Abs(x)),
    "root": lambda x, n: x ** (1 / n),
    "relu": lambda x: sp.Max(0, x),
    "sigmoid": lambda x: 1 / (1 + sp.exp(-x)),
    "softplus": lambda x: sp.log(1 + sp.exp(x)),
    "det": lambda m: m.det(),
    "trace": lambda m: m.trace(),
    "transpose": lambda m: m.T,
}
RELATIONS = {"=": sp.Eq, "!=": sp.Ne, "<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge}


def symbol(name: str, domain: Domain) -> sp.Symbol:
    """A symbol with all the assumptions that SymPy has words for."""
    words: dict[str, bool] = {}
    if domain.set != "complex":
        words["real"] = True
    if domain.set in ("integer", "rational"):
        words[domain.set] = True
    if domain.positive:
        words["positive"] = True
    elif domain.nonnegative:
        words["nonnegative"] = True
    elif domain.high is not None and domain.high <= 0:
        closed = domain.high == 0 and not domain.high_open
        words["nonpositive" if closed else "negative"] = True
    if domain.nonzero:
        words["nonzero" if domain.set != "complex" else "zero"] = domain.set != "complex"
    return sp.Symbol(name, **words)


class Translator:
    """From our trees to SymPy's."""

    def __init__(self, domains: dict[str, Domain]) -> None:
        self.symbols = {name: symbol(name, domain) for name, domain in domains.items()}

    def of(self, node: tree.Node) -> Any:
        """The node as a SymPy object; a tuple for a tuple."""
        match node:
            case tree.Number(value=value):
                return sp.Rational(value.numerator, value.denominator)
            case tree.Constant(name=name):
                return {"pi": sp.pi, "e": sp.E, "oo": sp.oo, "i": sp.I}[name]
            case tree.Symbol(name=name):
                return self.symbols.setdefault(name, sp.Symbol(name, real=True))
            case tree.Indexed(family=family, index=index):
                return sp.IndexedBase(family, real=True)[self.of(index)]
            case tree.Add(terms=terms):
                return self._fold(lambda a, b: a + b, terms)
            case tree.Multiply(factors=factors):
                return self._fold(lambda a, b: a * b, factors)
            case tree.Negate(operand=operand):
                return -self.of(operand)
            case tree.Divide(numerator=above, denominator=below):
                return self.of(above) / self.of(below)
            case tree.Power(base=base, exponent=exponent):
                return self.of(base) ** self.of(exponent)
            case tree.Call(function=function, arguments=arguments):
                call = FUNCTIONS.get(function) or getattr(sp, function)
                return call(*(self.of(argument) for argument in arguments))
        return self._other(node)

    def _fold(self, join: Any, parts: tuple[tree.Node, ...]) -> Any:
        first, *rest = (self.of(part) for part in parts)
        for part in rest:
            first = join(first, part)
        return first

    def _other(self, node: tree.Node) -> Any:
        match node:
            case tree.Fold(kind=kind, index=index, lower=lower, upper=upper, body=body):
                bound = sp.Symbol(index, integer=True)
                outer, self.symbols = self.symbols, {**self.symbols, index: bound}
                inside = self.of(body)
                self.symbols = outer
                fold = sp.Sum if kind == "sum" else sp.Product
                return fold(inside, (bound, self.of(lower), self.of(upper)))
            case tree.Piecewise(cases=cases, otherwise=otherwise):
                pieces = [(self.of(value), self.of(condition)) for value, condition in cases]
                return sp.Piecewise(
                    *pieces, *([] if otherwise is None else [(self.of(otherwise), True)])
                )
            case tree.Relation(operator=operator, left=left, right=right):
                return RELATIONS[operator](self.of(left), self.of(right))
            case tree.Sequence(items=items):
                return tuple(self.of(item) for item in items)
            case tree.Set(items=items):
                return sp.FiniteSet(*(self.of(item) for item in items))
            case tree.Interval(low=low, high=high, low_open=low_open, high_open=high_open):
                return sp.Interval(self.of(low), self.of(high), low_open, high_open)
            case tree.Matrix(rows=rows):
                return sp.Matrix([[self.of(entry) for entry in row] for row in rows])
            case tree.Limit(body=body, variable=variable, target=target):
                return sp.Limit(self.of(body), self.symbols[variable], self.of(target), "+-")
        raise NotImplementedError(type(node).__name__)


def by_simplify(left: Any, right: Any) -> str:
    """The line that most home-made graders are built on."""
    return entrywise(left, right, lambda a, b: sp.simplify(a - b) == 0)


def by_equals(left: Any, right: Any) -> str:
    """SymPy's own test, which also tries random numbers."""
    return entrywise(left, right, lambda a, b: a.equals(b))


def entrywise(left: Any, right: Any, judge: Any) -> str:
    """Apply a judge of two expressions to tuples, sets and matrices entry by entry."""
    if isinstance(left, tuple) or isinstance(right, tuple):
        if not isinstance(left, tuple) or not isinstance(right, tuple) or len(left) != len(right):
            return "different"
        found = [entrywise(a, b, judge) for a, b in zip(left, right, strict=True)]
        return next((word for word in ("different", "undecided") if word in found), "equal")
    if isinstance(left, (sp.Set, sp.core.relational.Relational)):
        return "equal" if sp.simplify(left) == sp.simplify(right) else "different"
    if isinstance(left, sp.MatrixBase):
        if left.shape != getattr(right, "shape", None):
            return "different"
        return entrywise(tuple(left), tuple(right), judge)
    verdict = judge(left, right)
    return "undecided" if verdict is None else "equal" if verdict else "different"


def by_math_verify(left: str, right: str) -> str:
    """Math-Verify on LaTeX, in the way its own documentation shows."""
    from math_verify import parse, verify

    gold, target = parse(f"${left}$"), parse(f"${right}$")
    if not gold or not target:
        return "undecided"
    return "equal" if verify(gold, target) else "different"


def main() -> None:
    """Answer pairs until the input ends."""
    peer = sys.argv[1]
    judge = {"simplify": by_simplify, "equals": by_equals, "math-verify": by_math_verify}[peer]
    print("ready", flush=True)
    for line in sys.stdin:
        data = json.loads(line)
        pair = Pair(data["expected"], data["student"], data["symbols"], data["given"])
        started = None
        try:
            expected, student, table = read_together(
                pair.expected, pair.student, read_table(pair.symbols)
            )
            nodes = (expected.node, student.node)
            if peer == "math-verify":
                sides: Any = [latex(node) for node in nodes]
            else:
                translator = Translator(dict(table.symbols))
                sides = [translator.of(node) for node in nodes]
            started = time.perf_counter()
            verdict = judge(*sides)
        except Exception as error:
            verdict = "undecided" if started else f"no translation: {error!r}"
        taken = (time.perf_counter() - started) * 1000 if started else 0.0
        print(json.dumps({"verdict": verdict, "milliseconds": taken}), flush=True)


if __name__ == "__main__":
    main()
