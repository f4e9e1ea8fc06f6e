"""From a student's or author's text to trees: the only door into the engine.

    reading = read_expression("W_out = floor((W_in + 2P - K)/S) + 1", table)
    reading = read_answer("x = 1 or x = -1", table)
    statements = read_statements("r_l = r_{l-1} + (K_l - 1) j_{l-1}, r_0 = 1", table)

Text garbled by a wrong encoding is mended first. Nothing is evaluated; what cannot be read is a
FormulaError with its position.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from autograder.errors import FormulaError
from autograder.symbolic import comparisons, mojibake
from autograder.symbolic.kinds import check_depth, check_kinds
from autograder.symbolic.lexer import Token
from autograder.symbolic.parser import Parser
from autograder.symbolic.signs import both_signs
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import (
    Comparison,
    Junction,
    Label,
    Node,
    Relation,
    Sequence,
    Symbol,
)

_SEPARATING_WORDS: Final = frozenset({"and", "with", "where", "for", "if", "when"})
_REMARKS: Final = frozenset({"with", "where", "for", "if", "when"})


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


CONDITION_NOTE: Final = "A condition after the formula was read but takes no part in the grading."
CHAIN_NOTE: Final = "Of the chain of equalities, the last formula was graded."
MENDED_NOTE: Final = (
    "The text was garbled by a wrong encoding (such as Œ≤ for β); it was mended first."
)


def read_expression(text: str, table: SymbolTable) -> Reading:
    """Read an answer that is one formula; `name = formula` and chains give their last part.

    Raises:
        FormulaError: the text is empty, is not a formula, or is several.
    """
    source, mended = mojibake.mend(text)
    parser = Parser(source, table)
    statements = _statements(parser)
    notes = [MENDED_NOTE] if mended else []
    first, *others = statements
    if not first.is_equation:
        raise FormulaError("a formula is asked for, not an inequality", source, 0, len(source))
    for other in others:
        if other.is_equation:
            start = other.parts[0].span[0] if other.parts[0].span else 0
            raise FormulaError(_several(source, start), source, start, len(source))
        notes.append(CONDITION_NOTE)
    if len([part for part in first.parts if not isinstance(part, (Label, Symbol))]) > 1:
        notes.append(CHAIN_NOTE)
    notes += parser.notes
    return Reading(both_signs(first.parts[-1]), source, tuple(notes), mended)


def read_answer(text: str, table: SymbolTable) -> Reading:
    """Read an answer of any kind: a formula, a tuple, a set, a matrix, an equation, `x = 1 or x = 2`.

    An equation stays an equation. Several, with commas between them, hold together, or one or the
    other where they all give values of one name, as in `x = 1, x = 2`.

    Raises:
        FormulaError: the text is empty or is not made of formulas.
    """
    source, mended = mojibake.mend(text)
    parser = Parser(source, table)
    _refuse_empty(parser)
    notes = [MENDED_NOTE] if mended else []
    _refuse_decimal_comma(parser)
    items = [_any_item(parser)]
    remark = False
    while _answer_separator(parser) and parser.stream.next.kind != "end":
        before = parser.stream.tokens[parser.stream.place - 1].text
        remark |= before in _REMARKS and before not in parser.names.table.symbols
        item = _any_item(parser)
        if remark or (isinstance(item, Relation) and item.operator != "=" and not _relates(items)):
            notes.append(CONDITION_NOTE)
        else:
            items.append(item)
    if parser.stream.next.kind != "end":
        raise _unread(parser)
    node = _together(items, source)
    check_depth(node, source)
    node = both_signs(node)
    _check(node, parser)
    return Reading(node, source, (*notes, *parser.notes), mended)


def _relates(items: list[Node]) -> bool:
    return any(isinstance(item, (Relation, Junction)) for item in items)


def _any_item(parser: Parser) -> Node:
    """A formula or relation; on the left of an equation a name may be undeclared."""
    place, tokens = parser.stream.place, list(parser.stream.tokens)
    try:
        return comparisons.read_any(parser)
    except FormulaError:
        label = _label_again(parser, place, tokens)
        if label is None:
            raise
        parser.stream.take()
        return Relation("=", label, comparisons.read_value(parser), span=label.span)


def _answer_separator(parser: Parser) -> bool:
    stream = parser.stream
    found = False
    while stream.next.kind in ("comma", "sep") or (
        stream.next.kind == "word"
        and stream.next.text in _REMARKS
        and not parser.names.known(stream.next.text)
    ):
        stream.take()
        found = True
    return found


def _together(items: list[Node], source: str) -> Node:
    """One answer from the items between commas."""
    if len(items) == 1:
        return items[0]
    span = (items[0].span or (0, 0))[0], (items[-1].span or (0, len(source)))[1]
    if not any(isinstance(item, (Relation, Junction)) for item in items):
        return Sequence(tuple(items), span=span)
    names = {item.left if isinstance(item, Relation) else item for item in items}
    values = len(names) == 1 and isinstance(next(iter(names)), (Symbol, Label))
    equations = all(isinstance(item, Relation) and item.operator == "=" for item in items)
    return Junction("or" if values and equations else "and", tuple(items), span=span)


def _refuse_decimal_comma(parser: Parser) -> None:
    """`0,5` and `1,000` may be one number or two: nothing tells, so the student must."""
    tokens, depth, found = parser.stream.tokens, 0, []
    for before, comma, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        depth += (before.kind == "open") - (before.kind == "close")
        numbers = before.kind == after.kind == "number" and before.text.isdigit()
        if depth == 0 and comma.text == "," and numbers and after.start - before.end == 1:
            found.append((comma, len(after.text) == 3))
    if len(found) == 1 or (found and all(three for _, three in found)):
        message = "one number or two? write 0.5 with a point, 1000 without a comma, a list as 0, 5"
        raise parser.stream.error(message, found[0][0])


def _several(source: str, start: int) -> str:
    message = "several formulas; give one formula as the answer"
    around = source[:start].rstrip()
    if around.endswith(",") and around[:-1][-1:].isdigit() and source[start : start + 1].isdigit():
        message += " (a decimal number is written with a point: 0.5)"
    return message


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


@lru_cache(maxsize=4096)
def parse_formula(text: str, table: SymbolTable) -> Node:
    """Read one formula, with no equation around it: what authors write in an exercise.

    They are the same for every submission of a class, so that what was read is kept.

    Raises:
        FormulaError: the text is not exactly one formula.
    """
    parser = Parser(text, table)
    _refuse_empty(parser)
    node = comparisons.read_value(parser)
    if parser.stream.next.kind != "end":
        raise _unread(parser)
    check_depth(node, text)
    node = both_signs(node)
    _check(node, parser)
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
    if statement.operators[0] == "in":
        message = "write the bounds as comparisons, or the interval into the symbol's domain"
        raise FormulaError(message, text, 0, len(text))
    return statement.parts[0], statement.operators[0], statement.parts[1]


def _parse(source: str, table: SymbolTable, *, recurrence: bool) -> tuple[Statement, ...]:
    return _statements(Parser(source, table, recurrence=recurrence))


def _statements(parser: Parser) -> tuple[Statement, ...]:
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
            _check(part, parser)
    return tuple(statements)


def _check(node: Node, parser: Parser) -> None:
    check_depth(node, parser.stream.source)
    check_kinds(node, parser.stream.source)


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
    while (operator := comparisons.read_operator(parser)) is not None:
        if operator not in comparisons.COMPARISONS:
            parts[-1], operator, right = comparisons.parity(parts[-1], operator)
        elif operator == "in":
            right = comparisons.as_interval(comparisons.read_value(parser))
        else:
            right = comparisons.read_value(parser)
        operators.append(cast(Comparison, operator))
        parts.append(right)
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
        return comparisons.read_value(parser)
    except FormulaError:
        label = _label_again(parser, place, tokens)
        if label is None:
            raise
        return label


def _label_again(parser: Parser, place: int, tokens: list[Token]) -> Label | None:
    """Read as a label what could not be read as a formula."""
    parser.stream.tokens, parser.stream.place = tokens, place
    parser.nesting = parser.bars = 0
    parser.names.bound.clear()
    parser.stops.clear()
    return _label(parser)


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
