"""The process in which SymPy runs: one question a line on stdin, `true` or `false` on stdout.

It is started as `python -m autograder.symbolic.prover_worker` and expects to be killed.
"""

from __future__ import annotations

import json
import resource
import sys
from fractions import Fraction
from typing import Any, Final

import sympy as sp

from autograder.symbolic.serial import decode
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

_MEMORY: Final = 2 << 30

_FUNCTIONS: Final[dict[str, Any]] = {
    "floor": sp.floor,
    "ceil": sp.ceiling,
    "round": lambda x: sp.floor(x + sp.Rational(1, 2)),
    "abs": sp.Abs,
    "sign": sp.sign,
    "min": sp.Min,
    "max": sp.Max,
    "mod": lambda x, m: x - m * sp.floor(x / m),
    "gcd": sp.gcd,
    "sqrt": sp.sqrt,
    "root": lambda x, n: x ** (1 / n),
    "exp": sp.exp,
    "log": sp.log,
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "tanh": sp.tanh,
    "asin": sp.asin,
    "acos": sp.acos,
    "atan": sp.atan,
    "asinh": sp.asinh,
    "acosh": sp.acosh,
    "atanh": sp.atanh,
    "atan2": sp.atan2,
    "erf": sp.erf,
    "conjugate": sp.conjugate,
    "re": sp.re,
    "im": sp.im,
    "arg": sp.arg,
    "Gamma": sp.gamma,
    "digamma": sp.digamma,
    "doublefactorial": sp.factorial2,
    "relu": lambda x: sp.Max(0, x),
    "sigmoid": lambda x: 1 / (1 + sp.exp(-x)),
    "softplus": lambda x: sp.log(1 + sp.exp(x)),
    "factorial": sp.factorial,
    "binomial": sp.binomial,
    "harmonic": sp.harmonic,
}


class _Translator:
    """From our trees to SymPy's, with the assumptions that the domains allow."""

    def __init__(self, domains: dict[str, dict[str, Any]]) -> None:
        self.domains = domains
        self.symbols: dict[str, Any] = {}

    def symbol(self, name: str) -> Any:
        if name not in self.symbols:
            words = {k: v for k, v in self.domains.get(name, {}).items() if k != "interval"}
            self.symbols[name] = sp.Symbol(name, **words)
        return self.symbols[name]

    def of(self, node: Node) -> Any:
        match node:
            case Number(value=value):
                return sp.Rational(value.numerator, value.denominator)
            case Constant(name=name):
                return {"pi": sp.pi, "e": sp.E, "oo": sp.oo, "i": sp.I}[name]
            case Symbol(name=name):
                return self.symbol(name)
            case Indexed(family=family, index=index):
                return sp.IndexedBase(family, real=True)[self.of(index)]
            case Add(terms=terms):
                return sp.Add(*(self.of(term) for term in terms))
            case Multiply(factors=factors):
                return sp.Mul(*(self.of(factor) for factor in factors))
            case Negate(operand=operand):
                return -self.of(operand)
            case Divide(numerator=numerator, denominator=denominator):
                return self.of(numerator) / self.of(denominator)
            case Power(base=base, exponent=exponent):
                return self.of(base) ** self.of(exponent)
            case Call(function=function, arguments=arguments):
                return _FUNCTIONS[function](*(self.of(argument) for argument in arguments))
            case Fold():
                return self._fold(node)
        raise ValueError(f"no translation of {type(node).__name__}")

    def _fold(self, node: Fold) -> Any:
        lower, upper = self.of(node.lower), self.of(node.upper)
        outer = self.symbols.get(node.index)
        bound = sp.Symbol(node.index, integer=True)
        self.symbols[node.index] = bound
        body = self.of(node.body)
        if outer is None:
            del self.symbols[node.index]
        else:
            self.symbols[node.index] = outer
        return (sp.Sum if node.kind == "sum" else sp.Product)(body, (bound, lower, upper))


def _is_zero(difference: Any, excludes: Any) -> bool:
    """Whether a difference simplifies to zero, by cheaper and then dearer means."""
    steps = (
        sp.expand,
        lambda e: sp.simplify(e.doit()),
        lambda e: sp.simplify(sp.piecewise_fold(_drop_impossible(e.doit(), excludes))),
        lambda e: sp.simplify(
            sp.expand(sp.powsimp(_drop_impossible(e.doit(), excludes), force=True))
        ),
        lambda e: sp.simplify(e.rewrite(sp.exp)),
    )
    return any(_gives_zero(step, difference) for step in steps)


def _gives_zero(step: Any, difference: Any) -> bool:
    try:
        return bool(step(difference) == 0)
    except (TypeError, ValueError, NotImplementedError, AttributeError, RecursionError):
        return False


def _drop_impossible(expression: Any, excludes: Any) -> Any:
    """Remove cases such as `beta = 1` that the domain of beta rules out."""

    def resolve(*cases: Any) -> Any:
        kept = [(value, False if excludes(condition) else condition) for value, condition in cases]
        return sp.Piecewise(*kept)

    return expression.replace(sp.Piecewise, resolve)


def _excluder(translator: _Translator) -> Any:
    """Tells whether an equation sets a symbol to a value outside its interval."""

    def excludes(condition: Any) -> bool:
        if not isinstance(condition, sp.Equality):
            return False
        left, right = condition.args
        if not (left.is_Symbol and right.is_Rational):
            return False
        low, high, low_open, high_open = translator.domains.get(str(left), {}).get(
            "interval", (None, None, False, False)
        )
        value = Fraction(int(right.p), int(right.q))
        below = low is not None and (value < Fraction(low) or (low_open and value == Fraction(low)))
        above = high is not None and (
            value > Fraction(high) or (high_open and value == Fraction(high))
        )
        return bool(below or above)

    return excludes


def _answer(line: str) -> bool:
    question = json.loads(line)
    translator = _Translator(question["domains"])
    left, right = (translator.of(decode(question[side])) for side in ("left", "right"))
    return _is_zero(left - right, _excluder(translator))


def main() -> None:
    """Answer questions until stdin closes."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            proved = _answer(line)
        except (MemoryError, RecursionError, ArithmeticError, ValueError, TypeError, KeyError):
            proved = False
        print("true" if proved else "false", flush=True)


if __name__ == "__main__":
    main()
