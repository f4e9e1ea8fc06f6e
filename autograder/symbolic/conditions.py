"""Conditions under which an answer must hold, such as `W + 2*P >= K`, at a sample point."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from autograder.errors import FormulaError
from autograder.symbolic.arithmetic import Real, sign
from autograder.symbolic.evaluate import Evaluator, NoValue
from autograder.symbolic.reader import parse_formula, parse_relation
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Add, Call, Comparison, Negate, Node, Number, free_symbols


@dataclass(frozen=True)
class Condition:
    """`left` compared with `right`, as the author wrote it."""

    text: str
    left: Node
    operator: Comparison
    right: Node

    def holds(self, at: Evaluator[Real]) -> bool:
        """Whether the condition is met at a point; False where it has no value."""
        try:
            difference = sign(at.value(Add((self.left, Negate(self.right)))))
        except NoValue:
            return False
        match self.operator:
            case "=":
                return difference == 0
            case "!=":
                return difference != 0
            case "<":
                return difference < 0
            case "<=":
                return difference <= 0
            case ">":
                return difference > 0
            case _:
                return difference >= 0

    @property
    def names(self) -> frozenset[str]:
        """The symbols and families the condition speaks of."""
        return free_symbols(self.left) | free_symbols(self.right)


def parse_condition(text: str, table: SymbolTable) -> Condition:
    """Read `W + 2*P >= K` or `S divides W + 2*P - K`.

    Raises:
        FormulaError: the text is neither a comparison nor a divisibility.
    """
    divisor, word, multiple = text.partition(" divides ")
    if word:
        try:
            remainder = Call("mod", (parse_formula(multiple, table), parse_formula(divisor, table)))
        except FormulaError as error:
            raise FormulaError(error.message, text, 0, len(text)) from None
        return Condition(text, remainder, "=", Number(Fraction(0)))
    left, operator, right = parse_relation(text, table)
    return Condition(text, left, operator, right)
