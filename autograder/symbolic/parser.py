"""Reads tokens into a tree by precedence climbing.

From loosest to tightest: relations; + and -; * / // mod and juxtaposition, left to right;
a sign; powers, right to left; factorials. A sum or product takes the factors after it and ends at
the next + or -. A function without brackets takes the factors juxtaposed to it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, Literal, cast

from autograder.symbolic import folds
from autograder.symbolic.functions import ARITY, CONSTANTS, LOG_BASES
from autograder.symbolic.lexer import Token, tokenise
from autograder.symbolic.names import Names
from autograder.symbolic.stream import TokenStream
from autograder.symbolic.table import SymbolTable, read_label
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Divide,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Sequence,
    Symbol,
    children,
)

MAX_NESTING: Final = 60
MAX_DEPTH: Final = 100
MAX_DECIMAL_EXPONENT: Final = 400

_MULTIPLICATIVE: Final = ("*", "/", "//", "mod")
_BRACKET_FUNCTIONS: Final = {"⌊": "floor", "⌈": "ceil", "|": "abs", "‖": "norm"}
_GREEK_FOLDS: Final = {"Sigma": "sum", "Pi": "product"}


class Parser:
    """Parses one text; `stream` holds its place, `names` what its words mean."""

    def __init__(self, source: str, table: SymbolTable, *, recurrence: bool = False) -> None:
        self.stream = TokenStream(tokenise(source), source)
        self.names = Names(table, source, recurrence=recurrence)
        if recurrence:
            self.names.recursive = folds.recursive_names(self.stream)
        self.nesting = 0
        self.bars = 0

    @contextlib.contextmanager
    def deeper(self) -> Iterator[None]:
        """Around everything that calls itself: refuses what recursion could not read."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.stream.error(f"the formula is nested more than {MAX_NESTING} deep")
        yield
        self.nesting -= 1

    def expression(self) -> Node:
        """terms joined by + and -"""
        start = self.stream.next.start
        with self.deeper():
            terms = [self.term()]
            while self.stream.at("+", "-"):
                minus = self.stream.take().text == "-"
                term = self.term()
                terms.append(Negate(term, span=term.span) if minus else term)
        return terms[0] if len(terms) == 1 else Add(tuple(terms), span=self._since(start))

    def term(self) -> Node:
        """factors joined by *, /, //, mod or nothing"""
        start = self.stream.next.start
        factors = [self.signed()]
        while True:
            if self.stream.at(*_MULTIPLICATIVE) or self._at_infix_mod():
                operator = self.stream.take().text
                right = self.signed()
                if operator == "*":
                    factors.append(right)
                else:
                    factors = [self._quotient(operator, _product(factors), right, start)]
            elif self.begins_factor():
                factors.append(self.power())
            else:
                break
        return _product(factors, span=self._since(start))

    def _at_infix_mod(self) -> bool:
        """Whether `mod` stands between two factors, as in `a mod b`."""
        token, following = self.stream.next, self.stream.tokens[self.stream.place :][1:2]
        is_mod = token.kind == "word" and token.text == "mod" and not self.names.known("mod")
        return is_mod and bool(following) and following[0].text != "("

    def _quotient(self, operator: str, left: Node, right: Node, start: int) -> Node:
        span = self._since(start)
        if operator == "mod":
            return Call("mod", (left, right), span=span)
        quotient = Divide(left, right, span=span)
        return quotient if operator == "/" else Call("floor", (quotient,), span=span)

    def signed(self) -> Node:
        """a factor with any number of signs before it"""
        if self.stream.at("+", "-"):
            token = self.stream.take()
            with self.deeper():
                operand = self.signed()
            return operand if token.text == "+" else Negate(operand, span=self._since(token.start))
        return self.power()

    def power(self) -> Node:
        """a factor with its exponent"""
        start = self.stream.next.start
        base = self.postfix()
        if not self.stream.accept("^"):
            return base
        exponent = self.exponent()
        return Power(base, exponent, span=self._since(start))

    def exponent(self) -> Node:
        """what stands after ^: a group, a signed factor, or a factor with its own exponent"""
        token = self.stream.next
        with self.deeper():
            node = self.signed() if not self.stream.at("{") else self.group()
        if self.stream.at("^") and token.text == "{":
            raise self.stream.error("two exponents in a row; use brackets to say which is meant")
        return node

    def postfix(self) -> Node:
        """an atom with its factorial signs"""
        start = self.stream.next.start
        node = self.atom()
        while self.stream.accept("!"):
            if isinstance(node, Call) and node.function == "factorial":
                raise self.stream.error("a double factorial cannot be read; use brackets")
            node = Call("factorial", (node,), span=self._since(start))
        return node

    def begins_factor(self) -> bool:
        """Whether the next token starts another factor by juxtaposition."""
        token = self.stream.next
        if token.kind == "number":
            previous = self.stream.tokens[self.stream.place - 1]
            if previous.kind == "number":
                raise self.stream.error("two numbers side by side; write * between them", token)
            return True
        if token.kind == "word":
            ends = token.text in folds.BINDER_WORDS and not self.names.known(token.text)
            return not ends and not self._at_infix_mod()
        return token.kind in ("open", "command") or (token.kind == "bar" and self.bars == 0)

    def atom(self) -> Node:
        """a number, a name, a bracket, a function or a sum"""
        token = self.stream.next
        if token.kind == "number":
            self.stream.take()
            return self._number(token)
        if token.kind == "word":
            return self.word()
        if token.kind == "open":
            return self.group()
        if token.kind == "bar":
            return self._absolute()
        if token.kind == "command":
            return self._command()
        raise self._unexpected(token)

    def _unexpected(self, token: Token) -> Exception:
        if token.kind == "end":
            before = self.stream.tokens[self.stream.place - 1] if self.stream.place else None
            written = self.stream.source[before.start : before.end] if before else ""
            where = f" after {written!r}" if before else ""
            return self.stream.error(f"the formula ends too early{where}", before)
        if token.text == "dots":
            return self.stream.error("'...' leaves the formula open; write the sum or product out")
        shown = token.text.strip() or "the line ends"
        return self.stream.error(f"expected a number, a symbol or a bracket before {shown!r}")

    def _number(self, token: Token) -> Number:
        mantissa, _, exponent = token.text.lower().partition("e")
        if exponent and abs(int(exponent)) > MAX_DECIMAL_EXPONENT:
            raise self.stream.error("the exponent of this number is too large", token)
        decimal = "." in mantissa or bool(exponent)
        value = Fraction(mantissa.rstrip(".")) * Fraction(10) ** int(exponent or 0)
        return Number(value, decimal, span=(token.start, token.end))

    def group(self, *, separated: bool = False) -> Node:
        """a bracket with one formula, or several for a tuple; floor and ceiling brackets

        With `separated`, braces too may hold several: the indices in `x_{i,k}`.
        """
        opening = self.stream.take()
        bars, self.bars = self.bars, 0
        items = [self.expression()]
        listing = "([{" if separated else "(["
        while opening.text in listing and self.stream.accept(","):
            items.append(self.expression())
        self.stream.close(opening)
        self.bars = bars
        span = self._since(opening.start)
        if opening.text in _BRACKET_FUNCTIONS:
            return Call(_BRACKET_FUNCTIONS[opening.text], (items[0],), span=span)
        return items[0] if len(items) == 1 else Sequence(tuple(items), span=span)

    def _absolute(self) -> Node:
        opening = self.stream.take()
        self.bars += 1
        inside = self.expression()
        if self.stream.next.kind != "bar":
            raise self.stream.error("'|' is never closed", opening)
        self.stream.take()
        self.bars -= 1
        return Call("abs", (inside,), span=self._since(opening.start))

    def _command(self) -> Node:
        token = self.stream.next
        if token.text in ("sum", "product"):
            return folds.read_fold(self, cast("Literal['sum', 'product']", token.text))
        self.stream.take()
        if token.text == "sqrt":
            return self._root(token)
        first, second = self._argument(), self._argument()
        span = self._since(token.start)
        if token.text == "frac":
            return Divide(first, second, span=span)
        return Call("binomial", (first, second), span=span)

    def _root(self, token: Token) -> Node:
        if self.stream.at("["):
            degree = self.group()
            return Call("root", (self._argument(), degree), span=self._since(token.start))
        return Call("sqrt", (self._argument(),), span=self._since(token.start))

    def _argument(self) -> Node:
        """A LaTeX argument: a group, or one digit, letter or command."""
        token = self.stream.next
        if token.kind == "number" and len(token.text) > 1 and token.text.isdigit():
            head = Token("number", token.text[0], token.start, token.start + 1)
            tail = Token("number", token.text[1:], token.start + 1, token.end)
            self.stream.replace(self.stream.place, [head, tail])
        with self.deeper():
            return self.postfix()

    def word(self) -> Node:
        """a symbol, a member of a family, a function or a constant"""
        stream, names = self.stream, self.names
        token = stream.next
        if (name := names.decorated(stream)) is not None:
            return self._named(name, token)
        stream.take()
        if name := names.known(token.text):
            return self._named(name, token)
        if function := names.function(token.text) or self._greek_fold(token):
            return self._function(function, token)
        if constant := names.constant(token.text):
            return Constant(CONSTANTS[constant], span=(token.start, token.end))  # type: ignore[arg-type]
        if lengths := names.split(token):
            stream.place -= 1
            stream.split_word(stream.place, lengths)
            return self.word()
        return self._new_name(token)

    def _greek_fold(self, token: Token) -> str | None:
        """A capital sigma or pi with a bound under it is a sum or product."""
        return _GREEK_FOLDS.get(token.text) if self.stream.at("_") else None

    def _new_name(self, token: Token) -> Node:
        """A word that is not declared: a new symbol where the table is open, or an error."""
        stream, names = self.stream, self.names
        stream.place -= 1
        if names.recurrence and (name := folds.new_family(self)) is not None:
            return name
        if names.takes_as_new(token):
            name_text, stream.place = read_label(stream.tokens, stream.place)
            return Symbol(cast(str, name_text), span=self._since(token.start))
        if names.table.open and token.text.isalpha():
            stream.split_word(stream.place, [1] * len(token.text))
            return self.word()
        raise names.unknown(stream, token)

    def _named(self, name: str, token: Token) -> Node:
        if self.names.is_family(name):
            index = folds.read_index(self, name, token)
            return Indexed(name, index, span=self._since(token.start))
        return Symbol(name, span=self._since(token.start))

    def _function(self, function: str, token: Token) -> Node:
        if function in ("sum", "product"):
            self.stream.place -= 1
            return folds.read_fold(self, cast("Literal['sum', 'product']", function))
        base: Node | None = None
        if function in LOG_BASES:
            base = Number(Fraction(LOG_BASES[function]))
            function = "log"
        elif function == "log":
            base = self._log_base()
        exponent = self.exponent() if self.stream.accept("^") else None
        with self.deeper():
            arguments = self._arguments(function, token)
        if base is not None:
            arguments = (*arguments, base)
        node: Node = Call(function, self._checked(function, arguments, token))
        node = Power(node, exponent) if exponent is not None else node
        return _with_span(node, self._since(token.start))

    def _log_base(self) -> Node | None:
        """`log_2`, `log_{10}` or `log2`: the base of a logarithm."""
        following = self.stream.next
        if self.stream.accept("_"):
            return self._argument() if self.stream.next.kind != "number" else self.postfix()
        if following.kind == "number" and following.text in ("2", "10") and not following.spaced:
            self.stream.take()
            return self._number(following)
        return None

    def _arguments(self, function: str, token: Token) -> tuple[Node, ...]:
        if self.stream.next.kind == "open" and self.stream.next.text in "([{":
            inside = self.group()
            return inside.items if isinstance(inside, Sequence) else (inside,)
        if not self.begins_factor():
            raise self.stream.error(f"{function} needs its argument in brackets", token)
        factors = [self.power()]
        while self.begins_factor() and not self._starts_function():
            factors.append(self.power())
        return (_product(factors),)

    def _starts_function(self) -> bool:
        token = self.stream.next
        return token.kind == "command" or (
            token.kind == "word" and self.names.function(token.text) is not None
        )

    def _checked(
        self, function: str, arguments: tuple[Node, ...], token: Token
    ) -> tuple[Node, ...]:
        least, most = ARITY[function]
        if len(arguments) < least or (most is not None and len(arguments) > most):
            wanted = str(least) if most == least else f"{least} to {most or 'any number of'}"
            message = f"{function} takes {wanted} argument(s), not {len(arguments)}"
            raise self.stream.error(message, token)
        return arguments

    def _since(self, start: int) -> tuple[int, int]:
        place = self.stream.place
        return (start, self.stream.tokens[place - 1].end if place else start)


def check_depth(node: Node, parser: Parser) -> None:
    """Refuse a tree that recursion could not walk, without recursing."""
    level, depth = [node], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise parser.stream.error(f"the formula is nested more than {MAX_DEPTH} deep")
        level = [child for parent in level for child in children(parent)]


def _product(factors: list[Node], span: tuple[int, int] | None = None) -> Node:
    if len(factors) == 1:
        return factors[0]
    return Multiply(tuple(factors), span=span)


def _with_span(node: Node, span: tuple[int, int]) -> Node:
    object.__setattr__(node, "span", span)
    return node
