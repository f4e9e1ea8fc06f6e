"""Reads tokens into a tree by precedence climbing.

From loosest to tightest: relations; + and -; * / // mod and juxtaposition, left to right;
a sign; powers, right to left; factorials. A sum or product takes the factors after it and ends at
the next + or -. A function without brackets takes the factors juxtaposed to it.
Brackets, functions, sums, integrals and relations have modules of their own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, cast

from autograder.symbolic import analysis, differentials, folds, groups, words
from autograder.symbolic.lexer import Token, tokenise
from autograder.symbolic.names import Names
from autograder.symbolic.stream import TokenStream
from autograder.symbolic.structures import product_of
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Divide,
    Interval,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Sequence,
    Set,
    Symbol,
)

MAX_NESTING: Final = 60
MAX_DECIMAL_EXPONENT: Final = 400

# What the sign of ± is read as, until both formulas are made of it.
PLUS_MINUS: Final = Symbol("±")

_DEGREE: Final = Divide(Constant("pi"), Number(Fraction(180)))
_MULTIPLICATIVE: Final = ("*", "/", "//", "mod")


class Parser:
    """Parses one text; `stream` holds its place, `names` what its words mean."""

    def __init__(self, source: str, table: SymbolTable, *, recurrence: bool = False) -> None:
        self.stream = TokenStream(tokenise(source), source)
        self.names = Names(table, source, recurrence=recurrence)
        if recurrence:
            self.names.recursive = folds.recursive_names(self.stream)
        self.nesting = 0
        self.bars = 0
        self.notes: list[str] = []
        # Tokens at which a factor must end: the differentials of integrals.
        self.stops: list[Token] = []

    @contextlib.contextmanager
    def deeper(self) -> Iterator[None]:
        """Around everything that calls itself: refuses what recursion could not read."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.stream.error(f"the formula is nested more than {MAX_NESTING} deep")
        yield
        self.nesting -= 1

    def expression(self) -> Node:
        """terms joined by +, - and ±"""
        start = self.stream.next.start
        with self.deeper():
            terms = [self._first_term()]
            while self.stream.at("+", "-", "±", "∓"):
                sign = self.stream.take().text
                terms.append(_signed(sign, self.term()))
        return terms[0] if len(terms) == 1 else Add(tuple(terms), span=self.since(start))

    def _first_term(self) -> Node:
        """A sign before the first term is the whole term's, as between terms: -a*b is -(a*b)."""
        if not self.stream.at("+", "-", "±", "∓"):
            return self.term()
        token = self.stream.take()
        with self.deeper():
            if token.text == "-" and not self.stream.at("+", "-", "±", "∓"):
                return self.term(minus=token)
            term = self._first_term()
        return term if token.text == "+" else _signed(token.text, term, token.start)

    def term(self, minus: Token | None = None) -> Node:
        """factors joined by *, /, //, mod or nothing

        A `minus` read before them is the whole term's, except that // and mod divide what it
        belongs to, as in Python: -W//S is floor(-W/S).
        """
        start = self.stream.next.start
        factors = [self.signed()]
        divided = False
        while True:
            if self.stream.at(*_MULTIPLICATIVE) or self._at_infix("mod"):
                operator = self._operator()
                right = self.signed()
                if operator == "*":
                    factors.append(right)
                else:
                    left = product_of(tuple(factors))
                    if minus is not None and operator in ("//", "mod"):
                        left, minus = _signed("-", left, minus.start), None
                    factors = [self._quotient(operator, left, right, start)]
                divided = operator == "/"
            elif self._at_infix("choose"):
                self.stream.take()
                chosen = (factors.pop(), self.signed())
                factors.append(Call("binomial", chosen, span=self.since(start)))
            elif isinstance(factors[-1], (Interval, Set, Sequence)):
                break  # nothing multiplies a set: `[0, 1] U [2, 3]` goes on to the union
            elif self.begins_factor():
                if divided:
                    self._note_division(start)
                factors.append(self.power())
                divided = False
            else:
                break
        node = product_of(tuple(factors), self.since(start))
        return node if minus is None else _signed("-", node, minus.start)

    def _operator(self) -> str:
        token = self.stream.take()
        if token.text == "mod" and self.stream.source[token.start : token.end].endswith("%"):
            following = self.stream.next
            if following.kind in ("end", "close", "comma", "sep") or following.text in "+-*/=":
                message = "per cent cannot be read here; write 50% as 50/100 or 0.5"
                raise self.stream.error(message, token)
        return token.text

    def _note_division(self, start: int) -> None:
        """`1/2x` is read from left to right, which not everyone who writes it means."""
        end = self.stream.tokens[self.stream.place - 1].end
        written = self.stream.source[start:end].strip()
        after = self.stream.next
        self.notes.append(
            f"{written}{' ' * after.spaced}{after.text} was read as ({written})*{after.text}; "
            "use brackets if the denominator goes on."
        )

    def _at_infix(self, word: str) -> bool:
        """Whether `mod` or `choose` stands between two factors, as in `a mod b`."""
        token, following = self.stream.next, self.stream.tokens[self.stream.place :][1:2]
        if token.text != word or token.kind not in ("word", "op") or self.names.known(word):
            return False
        return token.kind == "op" or (bool(following) and following[0].text != "(")

    def _quotient(self, operator: str, left: Node, right: Node, start: int) -> Node:
        span = self.since(start)
        if operator == "mod":
            return Call("mod", (left, right), span=span)
        quotient = Divide(left, right, span=span)
        return quotient if operator == "/" else Call("floor", (quotient,), span=span)

    def signed(self) -> Node:
        """a factor with any number of signs before it"""
        if self.stream.at("+", "-", "±", "∓"):
            token = self.stream.take()
            with self.deeper():
                operand = self.signed()
            return operand if token.text == "+" else _signed(token.text, operand, token.start)
        return self.power()

    def power(self) -> Node:
        """a factor with its exponent"""
        start = self.stream.next.start
        base = self.postfix()
        if not self.stream.accept("^"):
            return base
        if (marked := self._marked(base)) is not None:
            return _with_span(marked, self.since(start))
        exponent = self.exponent()
        return Power(base, exponent, span=self.since(start))

    def _marked(self, base: Node) -> Node | None:
        """What stands after ^ without being an exponent: a degree, a star, a transposition."""
        stream = self.stream
        braced = stream.at("{") and stream.place + 2 < len(stream.tokens)
        braced = braced and stream.tokens[stream.place + 2].text == "}"
        token = stream.tokens[stream.place + braced]
        node: Node | None = None
        if token.text == "degree":
            node = Multiply((base, _DEGREE))
        elif token.text == "*" and (braced or stream.source[token.start - 1] == "^"):
            node = Call("conjugate", (base,))
        elif token.text == "transposed" or (
            token.text in ("T", "transpose", "intercal")
            and not self.names.known(token.text)
            and isinstance(base, (Matrix, Sequence, Call))
            and groups.is_matrix(base)
        ):
            node = Call("transpose", (base,))
        if node is not None:
            stream.place += 3 if braced else 1
        return node

    def exponent(self) -> Node:
        """what stands after ^: a group, a signed factor, or a factor with its own exponent"""
        token = self.stream.next
        with self.deeper():
            node = self.signed() if not self.stream.at("{") else self.brace()
        if self.stream.at("^") and token.text == "{":
            raise self.stream.error("two exponents in a row; use brackets to say which is meant")
        return node

    def postfix(self) -> Node:
        """an atom with its factorial signs, or in degrees"""
        start = self.stream.next.start
        node = self.atom()
        while self.stream.at("!", "degree"):
            token = self.stream.take()
            if token.text == "degree":
                node = Multiply((node, _DEGREE), span=self.since(start))
            elif self.stream.at("!") and self.stream.next.start == token.end:
                self.stream.take()
                node = Call("doublefactorial", (node,), span=self.since(start))
            elif isinstance(node, Call) and node.function.endswith("factorial"):
                raise self.stream.error("a factorial of a factorial needs brackets", token)
            else:
                node = Call("factorial", (node,), span=self.since(start))
        return node

    def begins_factor(self) -> bool:
        """Whether the next token starts another factor by juxtaposition."""
        token = self.stream.next
        if self.stops and token is self.stops[-1]:
            return False
        if token.kind == "number":
            previous = self.stream.tokens[self.stream.place - 1]
            if previous.kind == "number":
                raise self.stream.error("two numbers side by side; write * between them", token)
            return True
        if token.kind == "word":
            ends = token.text in folds.BINDER_WORDS and not self.names.known(token.text)
            return not ends and not self._at_infix("mod") and not self._at_infix("choose")
        return token.kind in ("open", "command") or (token.kind == "bar" and self.bars == 0)

    def atom(self) -> Node:
        """a number, a name, a bracket, a function or a sum"""
        token = self.stream.next
        if self.stops and token is self.stops[-1]:
            raise self.stream.error("expected a formula before the differential", token)
        if token.kind == "number":
            self.stream.take()
            return self.number(token)
        if token.kind == "word":
            return self.word()
        if token.kind == "open":
            return self.group()
        if token.kind == "bar":
            return self._absolute()
        if token.kind == "command":
            return self._command()
        if token.text == "]":
            return groups.read_outward_interval(self)
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

    def number(self, token: Token) -> Number:
        """The exact value of a number, decimals and powers of ten too."""
        mantissa, _, exponent = token.text.lower().partition("e")
        if exponent and abs(int(exponent)) > MAX_DECIMAL_EXPONENT:
            raise self.stream.error("the exponent of this number is too large", token)
        decimal = "." in mantissa or bool(exponent)
        value = Fraction(mantissa.rstrip(".")) * Fraction(10) ** int(exponent or 0)
        return Number(value, decimal, span=(token.start, token.end))

    def group(self, *, separated: bool = False) -> Node:
        """a bracket with what it makes: a formula, a tuple, a set, a matrix, cases, a floor

        With `separated`, braces hold one formula or several: the indices in `x_{i,k}`.
        """
        if separated and self.stream.at("{"):
            return self.brace(separated=True)
        bars, self.bars = self.bars, 0
        stops, self.stops = self.stops, []
        with self.deeper():
            node = groups.read_group(self)
        self.bars, self.stops = bars, stops
        return node

    def brace(self, *, separated: bool = False) -> Node:
        """a LaTeX group after ^, _ or a command: one formula, or several `separated` by commas"""
        opening = self.stream.take()
        bars, self.bars = self.bars, 0
        stops, self.stops = self.stops, []
        node = self.expression()
        if self.stream.accept("choose"):
            node = Call("binomial", (node, self.expression()), span=self.since(opening.start))
        items = [node]
        while separated and self.stream.accept(","):
            items.append(self.expression())
        if len(items) > 1:
            node = Sequence(tuple(items), span=self.since(opening.start))
        self.stream.close(opening)
        self.bars, self.stops = bars, stops
        return node

    def _absolute(self) -> Node:
        opening = self.stream.take()
        self.bars += 1
        inside = self.expression()
        if self.stream.next.kind != "bar" or self.stream.next.text != opening.text:
            raise self.stream.error(f"{opening.text!r} is never closed", opening)
        self.stream.take()
        self.bars -= 1
        return groups.between_bars(opening.text, inside, self.since(opening.start))

    def _command(self) -> Node:
        token = self.stream.next
        if token.text in ("sum", "product"):
            return folds.read_fold(self, cast("folds.FoldKind", token.text))
        if token.text == "integral":
            return analysis.read_integral(self)
        if token.text == "frac" and (node := differentials.derivative_operator(self)) is not None:
            return node
        self.stream.take()
        if token.text == "∅":
            return groups.empty_set(token)
        if token.text in ("sqrt", "cbrt"):
            return self._root(token)
        first, second = self.argument(), self.argument()
        span = self.since(token.start)
        if token.text == "frac":
            return Divide(first, second, span=span)
        return Call("binomial", (first, second), span=span)

    def _root(self, token: Token) -> Node:
        degree: Node | None = None
        if token.text == "cbrt":
            degree = Number(Fraction(3))
        elif self.stream.at("["):
            degree = self.group()
            degree = degree.items[0] if isinstance(degree, Sequence) else degree
        argument = self.argument()
        if degree is None:
            return Call("sqrt", (argument,), span=self.since(token.start))
        return Call("root", (argument, degree), span=self.since(token.start))

    def argument(self) -> Node:
        """A LaTeX argument: a group, or one digit, letter or command."""
        token = self.stream.next
        if token.text == "{":
            with self.deeper():
                return self.brace()
        is_run = token.kind == "number" and len(token.text) > 1 and token.text.isdigit()
        if is_run and self.names.latex:
            head = Token("number", token.text[0], token.start, token.start + 1)
            tail = Token("number", token.text[1:], token.start + 1, token.end)
            self.stream.replace(self.stream.place, [head, tail])
        with self.deeper():
            return self.postfix()

    def word(self) -> Node:
        """a symbol, a member of a family, a function or a constant"""
        return words.read_word(self)

    def since(self, start: int) -> tuple[int, int]:
        """The span from `start` to the last token read."""
        place = self.stream.place
        return (start, self.stream.tokens[place - 1].end if place else start)


def _signed(sign: str, term: Node, start: int | None = None) -> Node:
    span = term.span if start is None or term.span is None else (start, term.span[1])
    if sign == "+":
        return term
    if sign == "-":
        return Negate(term, span=span)
    both = Multiply((PLUS_MINUS, term), span=span)
    return both if sign == "±" else Negate(both, span=span)


def _with_span(node: Node, span: tuple[int, int]) -> Node:
    object.__setattr__(node, "span", span)
    return node
