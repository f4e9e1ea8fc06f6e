"""`shape`: the size of a tensor, axis by axis, each a formula.

Students write 5×2, (5, 2), 5 by 2, CxHxW, ℝ^{5×2}, \\mathbb{R}^{5 \\times 2}, torch.Size([5, 2]).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from annotated_types import MinLen
from pydantic import BeforeValidator, Field

from autograder.checks import wording
from autograder.checks.outcome import Outcome, of_credit, unanswered
from autograder.checks.tools import Answer, Tools
from autograder.errors import FormulaError
from autograder.exercise.document import Path
from autograder.exercise.model import Credit, Formula, ModelAnswer, Question, SpecModel
from autograder.symbolic import mojibake
from autograder.symbolic.compare import Comparer, Verdict
from autograder.symbolic.lexer import Token, tokenise
from autograder.symbolic.notation import SUPERSCRIPTS
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.show import latex, plain
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Add, Negate, Node

_REALS = r"(?:\\mathbb\s*(?:\{\s*R\s*\}|R)|\\R\b|ℝ|\bR)\s*\^\s*"
_MEMBER: Final = re.compile(rf"^.*?(?:\\in\b|∈|\bin\b)\s*(?={_REALS})", re.DOTALL)
_WRAPPERS: Final = re.compile(rf"^\s*(?:torch\.Size\s*(?=[(\[])|{_REALS})")
_RAISED: Final = re.compile(rf"(?<=ℝ)[{''.join(SUPERSCRIPTS)}]+")
_NAMED: Final = re.compile(r"^[^=]*=(?!=)\s*")


def _axes(value: Any) -> Any:
    """`5` and `[5, 2]` alike."""
    return value if isinstance(value, (list, tuple)) else [value]


Axes = Annotated[
    tuple[Formula, ...],
    MinLen(1),
    BeforeValidator(_axes, json_schema_input_type=Formula | list[Formula]),
]


class OtherShape(SpecModel):
    """Another right shape."""

    answer: Axes
    credit: Credit = 1.0
    note: str = ""


class WrongShape(SpecModel):
    """A shape that students give by mistake."""

    answer: Axes
    credit: Credit = 0.0
    feedback: str


class ShapeQuestion(Question):
    """A tuple of formulas."""

    kind: Literal["shape"]
    answer: Axes = Field(description="The right shape, one formula an axis.")
    also_accept: tuple[OtherShape, ...] = ()
    mistakes: tuple[WrongShape, ...] = ()

    def formulas(self) -> Iterator[tuple[Path, str]]:
        """Every axis of every shape."""
        for place, axis in enumerate(self.answer):
            yield ("answer", place), axis
        for name in ("also_accept", "mistakes"):
            for number, other in enumerate(getattr(self, name)):
                for place, axis in enumerate(other.answer):
                    yield (name, number, "answer", place), axis

    def model_answers(self) -> Iterator[ModelAnswer]:
        """The answer, the other right shapes, the wrong ones with their feedback."""
        yield _model_answer(self.answer, 1.0)
        for other in self.also_accept:
            yield _model_answer(other.answer, other.credit, other.note)
        for known in self.mistakes:
            yield _model_answer(known.answer, known.credit, known.feedback)


def _model_answer(axes: tuple[str, ...], credit: float, says: str = "") -> ModelAnswer:
    parts = {str(number): axis for number, axis in enumerate(axes, 1)}
    return ModelAnswer(parts, credit, says, "shape", frozenset(parts))


KIND = ShapeQuestion


def check(question: ShapeQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Read the axes and compare each with its formula."""
    if answer.written is None or answer.written.is_blank:
        return unanswered(question.id)
    table, comparer = tools.table(question), tools.comparer(question)
    try:
        axes, notes = wording.read_answer(answer.written.text, lambda text: read_shape(text, table))
    except FormulaError as error:
        return wording.unreadable(question, error, tools.exercise.policy)
    judged = _judged(question, axes, comparer, table)
    return dataclasses.replace(
        judged,
        notes=(*notes, *judged.notes),
        hint="" if judged.credit == 1.0 else question.hint,
        read_as=r" \times ".join(_axis(axis, latex(axis)) for axis in axes),
        read_plain=" × ".join(_axis(axis, plain(axis)) for axis in axes),
    )


def _axis(axis: Node, shown: str) -> str:
    """An axis among others: a sum needs brackets there."""
    return f"({shown})" if isinstance(axis, (Add, Negate)) else shown


def _judged(
    question: ShapeQuestion, axes: list[Node], comparer: Comparer, table: SymbolTable
) -> Outcome:
    candidates = [(question.answer, 1.0, "Right.")]
    candidates += [(o.answer, o.credit, o.note or "Right.") for o in question.also_accept]
    candidates += [(m.answer, m.credit, m.feedback) for m in question.mistakes]
    for expected, credit, line in candidates:
        found = _compare(expected, axes, comparer, table)
        if len(expected) == len(axes) and all(verdict.equal for verdict in found):
            evidence = "; ".join(verdict.evidence for verdict in found)
            return Outcome(question.id, of_credit(credit), credit, line, evidence)
    verdicts = _compare(question.answer, axes, comparer, table)
    evidence = "; ".join(verdict.evidence for verdict in verdicts)
    if any(verdict.verdict == "undecided" for verdict in verdicts):
        line = "The grader cannot tell whether your shape is right; a person will look at it."
        return Outcome(question.id, "undecided", None, line, evidence)
    return Outcome(question.id, "wrong", 0.0, _difference(question, axes, verdicts), evidence)


def _compare(
    expected: tuple[str, ...], axes: list[Node], comparer: Comparer, table: SymbolTable
) -> list[Verdict]:
    pairs = zip(expected, axes, strict=False)
    return [comparer.compare(parse_formula(right, table), axis) for right, axis in pairs]


def _difference(question: ShapeQuestion, axes: list[Node], verdicts: list[Verdict]) -> str:
    if len(axes) != len(question.answer):
        count = "1 axis" if len(axes) == 1 else f"{len(axes)} axes"
        return f"Your shape has {count}; the tensor has {len(question.answer)}."
    wrong = next(place for place, verdict in enumerate(verdicts) if not verdict.equal)
    where = f"Axis {wrong + 1} of your shape is wrong."
    example = verdicts[wrong].counterexample
    if example is None or not example.point:
        return where
    reveal = question.reveal == "value"
    return f"{where} {wording.counterexample_line(example, reveal=reveal)}"


def read_shape(text: str, table: SymbolTable) -> list[Node]:
    """The axes of a shape in any notation.

    Raises:
        FormulaError: an axis is not a formula.
    """
    source, _ = mojibake.mend(text)
    source = _NAMED.sub("", source.strip().strip("$").strip().removesuffix("."))
    source = _RAISED.sub(lambda raised: f"^({_lowered(raised[0])})", source)
    source = _MEMBER.sub("", source)
    if table.find("R") is None or not source.startswith("R"):
        source = _WRAPPERS.sub("", source)
    segments = _split(source, table)
    return [parse_formula(source[start:end], table) for start, end in segments]


def _split(source: str, table: SymbolTable) -> list[tuple[int, int]]:
    """Where each axis starts and ends: cut at ×, x, by and commas, whatever brackets group axes."""
    tokens = tokenise(source)[:-1]
    if not tokens:
        raise FormulaError("the answer is empty", source, 0)
    return _axes_of(tokens, source, table)


def _lowered(raised: str) -> str:
    """Raised characters on the line: ³ˣ⁵ is 3×5."""
    return "".join(SUPERSCRIPTS[character] for character in raised).replace("x", "×")


def _axes_of(tokens: list[Token], source: str, table: SymbolTable) -> list[tuple[int, int]]:
    """The axes among these tokens; a bracket around several, as in 3×(5×2), holds axes too."""
    while _is_wrapped(tokens):
        tokens = tokens[1:-1]
    if tokens and tokens[-1].kind == "comma":  # Python's (5,)
        tokens = tokens[:-1]
    if not tokens:
        raise FormulaError("there is nothing between the brackets", source, 0, len(source))
    segments, depth, start = [], 0, tokens[0].start
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        for cut, end in _separators(token, source, table) if depth == 0 else ():
            segments.append((start, cut))
            start = end
    if not segments:
        return [(start, tokens[-1].end)]
    axes: list[tuple[int, int]] = []
    for low, high in [*segments, (start, tokens[-1].end)]:
        inside = [token for token in tokens if low <= token.start < high]
        axes += _axes_of(inside, source, table) if _is_wrapped(inside) else [(low, high)]
    return axes


def _is_wrapped(tokens: list[Token]) -> bool:
    """Whether one pair of round, square or curly brackets holds everything."""
    if len(tokens) < 2 or tokens[0].kind != "open" or tokens[0].text in "⌊⌈":
        return False
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            return place == len(tokens) - 1
    return False


def _separators(token: Token, source: str, table: SymbolTable) -> list[tuple[int, int]]:
    """Where a token separates axes; `CxHxW` is one word that does so twice."""
    written = source[token.start : token.end]
    if token.kind in ("comma", "sep") or written in ("×", r"\times"):
        return [(token.start, token.end)]
    if token.kind != "word" or table.find(written) is not None:
        return []
    if written in ("x", "X", "by"):
        return [(token.start, token.end)]
    pieces = written.split("x")
    if len(pieces) == 1 or not all(table.find(piece) for piece in pieces if piece):
        return []
    crosses = [place for place, letter in enumerate(written, token.start) if letter == "x"]
    return [(place, place + 1) for place in crosses]
