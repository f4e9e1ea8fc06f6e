"""From a student's or author's text to trees: the only door into the engine.

    reading = read_expression("W_out = floor((W_in + 2P - K)/S) + 1", table)
    statements = read_statements("r_l = r_{l-1} + (K_l - 1) j_{l-1}, r_0 = 1", table)

Text garbled by a wrong encoding is mended first. Nothing is evaluated; what cannot be read is a
FormulaError with its position.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from autograder.errors import FormulaError
from autograder.symbolic import mojibake
from autograder.symbolic.parser import Parser, check_depth
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Comparison, Label, Node, Symbol

_RELATIONS = ("=", "!=", "<", "<=", ">", ">=")
_SEPARATING_WORDS = frozenset({"and", "with", "where", "for", "if", "when"})


@dataclass(frozen=True)
class Statement:
    """A formula, or a chain of formulas joined by relations: `W = S*(V - 1) + K`.

    A range says over which values an index runs, as in `l = 1, ..., L`.
    """

    parts: tuple[Node, ...]
    operators: tuple[Comparison, ...] = ()
    is_range: bool = False

    @property
    def is_equation(self) -> bool:
        """Whether the parts are joined by equals signs only (a lone formula counts)."""
        return all(operator == "=" for operator in self.operators)


@dataclass(frozen=True)
class Reading:
    """One formula as it was read; `notes` say what a student should know about the reading."""

    node: Node
    source: str
    notes: tuple[str, ...] = ()
    mended: bool = False


MENDED_NOTE = "The text was garbled by a wrong encoding (such as Œ≤ for β); it was mended first."


def read_expression(text: str, table: SymbolTable) -> Reading:
    """Read an answer that is one formula; `name = formula` and chains give their last part.

    Raises:
        FormulaError: the text is empty, is not a formula, or is several.
    """
    source, mended = mojibake.mend(text)
    statements = _parse(source, table, recurrence=False)
    notes = [MENDED_NOTE] if mended else []
    first, *others = statements
    if not first.is_equation:
        raise FormulaError("a formula is asked for, not an inequality", source, 0, len(source))
    for other in others:
        if other.is_equation:
            message = "several formulas; give one formula as the answer"
            start = other.parts[0].span[0] if other.parts[0].span else 0
            raise FormulaError(message, source, start, len(source))
        notes.append("A condition after the formula was read but takes no part in the grading.")
    if len([part for part in first.parts if not isinstance(part, (Label, Symbol))]) > 1:
        notes.append("Of the chain of equalities, the last formula was graded.")
    return Reading(first.parts[-1], source, tuple(notes), mended)


def read_statements(text: str, table: SymbolTable) -> tuple[Statement, ...]:
    """Read formulas, equations and recurrences separated by commas, semicolons or lines.

    Names that are not declared may stand for families when they carry an index.

    Raises:
        FormulaError: the text is empty or is not made of formulas.
    """
    source, _ = mojibake.mend(text)
    return _parse(source, table, recurrence=True)


def read_lines(text: str, table: SymbolTable) -> tuple[Statement, ...]:
    """Read formulas and chains such as `a = b = c` over declared symbols, one a line.

    Raises:
        FormulaError: the text is empty or is not made of formulas.
    """
    return _parse(text, table, recurrence=False)


def parse_formula(text: str, table: SymbolTable) -> Node:
    """Read one formula, with no equation around it: what authors write in an exercise.

    Raises:
        FormulaError: the text is not exactly one formula.
    """
    parser = Parser(text, table)
    _refuse_empty(parser)
    node = parser.expression()
    if parser.stream.next.kind != "end":
        raise _unread(parser)
    check_depth(node, parser)
    return node


def parse_relation(text: str, table: SymbolTable) -> tuple[Node, Comparison, Node]:
    """Read one comparison of two formulas, such as the condition `W + 2*P >= K`.

    Raises:
        FormulaError: the text is not exactly one comparison.
    """
    statements = _parse(text, table, recurrence=False)
    if len(statements) != 1 or len(statements[0].operators) != 1:
        raise FormulaError("expected one comparison, such as W >= K", text, 0, len(text))
    statement = statements[0]
    return statement.parts[0], statement.operators[0], statement.parts[1]


def _parse(source: str, table: SymbolTable, *, recurrence: bool) -> tuple[Statement, ...]:
    parser = Parser(source, table, recurrence=recurrence)
    _refuse_empty(parser)
    statements = [_statement(parser)]
    while _separator(parser):
        if parser.stream.next.kind == "end":
            break
        statements.append(_statement(parser))
    if parser.stream.next.kind != "end":
        raise _unread(parser)
    for statement in statements:
        for part in statement.parts:
            check_depth(part, parser)
    return tuple(statements)


def _refuse_empty(parser: Parser) -> None:
    if parser.stream.next.kind == "end":
        raise FormulaError("the answer is empty", parser.stream.source, 0)


def _unread(parser: Parser) -> FormulaError:
    token = parser.stream.next
    if token.text == "dots":
        return parser.stream.error("'...' leaves the formula open; write the sum or product out")
    if token.kind == "close":
        return parser.stream.error(f"{token.text!r} closes nothing")
    return parser.stream.error(f"cannot read {token.text.strip() or 'a second line'!r} here")


def _separator(parser: Parser) -> bool:
    """Read what separates two statements: a comma, semicolon, line end, or `with`."""
    found = False
    while True:
        token = parser.stream.next
        is_word = token.kind == "word" and token.text in _SEPARATING_WORDS
        if token.kind in ("comma", "sep") or (is_word and not parser.names.known(token.text)):
            parser.stream.take()
            found = True
        else:
            return found


def _statement(parser: Parser) -> Statement:
    parts = [_left_side(parser)]
    operators: list[Comparison] = []
    while parser.stream.at(*_RELATIONS):
        operators.append(cast(Comparison, parser.stream.take().text))
        parts.append(parser.expression())
    is_range = parser.names.recurrence and _range_end(parser)
    return Statement(tuple(parts), tuple(operators), is_range)


def _range_end(parser: Parser) -> bool:
    """Read `, ..., L` or `..L` after the first value of a range."""
    stream = parser.stream
    place = stream.place
    stream.accept(",")
    if not stream.accept("dots", ".."):
        stream.place = place
        return False
    stream.accept(",")
    parser.expression()
    return True


def _left_side(parser: Parser) -> Node:
    """The part before the first `=`: a formula, or a name the exercise does not declare."""
    place, tokens = parser.stream.place, list(parser.stream.tokens)
    try:
        return parser.expression()
    except FormulaError:
        parser.stream.tokens, parser.stream.place = tokens, place
        parser.nesting = parser.bars = 0
        label = _label(parser)
        if label is None:
            raise
        return label


def _label(parser: Parser) -> Label | None:
    """A name with its decorations and arguments, if that is all there is before an `=`."""
    tokens, place = parser.stream.tokens, parser.stream.place
    if tokens[place].kind != "word":
        return None
    depth, end = 0, place
    while not (depth == 0 and tokens[end].text == "=" and tokens[end].kind == "op"):
        token = tokens[end]
        depth += (token.kind == "open") - (token.kind == "close")
        is_separator = token.kind in ("comma", "sep") and depth == 0
        if token.kind == "end" or is_separator or (token.text in "*/" and token.kind == "op"):
            return None
        end += 1
    start = tokens[place].start
    parser.stream.place = end
    span = (start, tokens[end - 1].end)
    return Label(parser.stream.source[start : span[1]], span=span)
