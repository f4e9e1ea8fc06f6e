r"""Cuts a formula into tokens that no longer depend on the notation it was written in.

Plain text, LaTeX and Unicode give the same tokens: `\beta`, `β` and `beta` are one word,
`\cdot`, `·` and `*` one operator, `x²` is `x ^ { 2 }`. Every token keeps its place in the source.
Nothing is skipped but spaces, LaTeX's spacing and sizing commands, and dollar signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from autograder.errors import FormulaError
from autograder.symbolic import notation

Kind = Literal["number", "word", "op", "open", "close", "bar", "comma", "sep", "command", "end"]

MAX_LENGTH: Final = 5_000
MAX_DIGITS: Final = 60

_NUMBER = re.compile(r"(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[A-Za-z]+")
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_TEXT_GROUP = re.compile(r"\s*\{([^{}]*)\}")
_ENVIRONMENT = re.compile(r"\s*\{[a-z]+\*?\}")
_LATEX_HINT = re.compile(r"\\[A-Za-z(\[]|\$|[\^_]\{")
_SIZED_BAR = re.compile(r"\s*(\||\\\||\\[vV]ert(?![A-Za-z])|‖)")
_LEFT: Final = ("left", "bigl", "Bigl", "biggl", "Biggl")
_RIGHT: Final = ("right", "bigr", "Bigr", "biggr", "Biggr")
_OPERATOR = re.compile(r"\*\*|//|==|:=|<=|>=|!=|\.\.\.|\.\.|[-+*/^_=<>!]")
_OPERATOR_NAMES: Final = {"**": "^", "==": "=", ":=": "=", "...": "dots"}
_BRACKETS: Final = {"(": "open", "[": "open", "{": "open", ")": "close", "]": "close", "}": "close"}


@dataclass(frozen=True)
class Token:
    """A piece of a formula; `whole` marks a word that must not be split into letters."""

    kind: Kind
    text: str
    start: int
    end: int
    spaced: bool = False
    whole: bool = False


def is_latex(source: str) -> bool:
    """Whether a text looks like LaTeX rather than plain text."""
    return _LATEX_HINT.search(source) is not None


def tokenise(source: str) -> list[Token]:
    """The tokens of a formula, an `end` token last.

    Raises:
        FormulaError: a character has no meaning in a formula, or the text is too long.
    """
    if len(source) > MAX_LENGTH:
        message = f"the answer is {len(source)} characters long; at most {MAX_LENGTH} are read"
        raise FormulaError(message, source, MAX_LENGTH)
    return _Lexer(source).run()


class _Lexer:
    """One pass over the source; each method reads one thing at `self.position`."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.latex = is_latex(source)
        self.position = 0
        self.spaced = False
        self.tokens: list[Token] = []

    def run(self) -> list[Token]:
        while self.position < len(self.source):
            self._next()
        self.emit("end", "", 0)
        return _join_lines(self.tokens)

    def emit(self, kind: Kind, text: str, width: int, whole: bool = False) -> None:
        """Add a token that covers the next `width` characters."""
        end = self.position + width
        self.tokens.append(Token(kind, text, self.position, end, self.spaced, whole))
        self.position = end
        self.spaced = False

    def skip(self, width: int) -> None:
        self.position += width
        self.spaced = True

    def fail(self, message: str, width: int = 1) -> FormulaError:
        return FormulaError(message, self.source, self.position, self.position + width)

    def _next(self) -> None:
        character = self.source[self.position]
        if character == "\n":
            self.emit("sep", "\n", 1)
        elif character.isspace() or character in "\u200b\ufeff$&~":
            self.skip(1)
        elif character == "\\":
            self._command()
        elif character == "%" and self.latex:
            self.skip((self.source + "\n").index("\n", self.position) - self.position)
        elif character in notation.SUPERSCRIPTS:
            self._script("^", notation.SUPERSCRIPTS)
        elif character in notation.SUBSCRIPTS:
            self._script("_", notation.SUBSCRIPTS)
        elif character in notation.GREEK_LETTERS:
            self.emit("word", notation.GREEK_LETTERS[character], 1, whole=True)
        elif character in notation.COMBINING_ACCENTS:
            self._accent_after(notation.COMBINING_ACCENTS[character])
        elif character in notation.OPERATORS:
            self._symbol(notation.OPERATORS[character], 1)
        elif character in notation.VULGAR_FRACTIONS:
            self._fraction(*notation.VULGAR_FRACTIONS[character])
        else:
            self._ascii(character)

    def _ascii(self, character: str) -> None:
        source, position = self.source, self.position
        if number := _NUMBER.match(source, position):
            if len(number[0]) > MAX_DIGITS:
                raise self.fail(f"a number of more than {MAX_DIGITS} digits", len(number[0]))
            self.emit("number", number[0], len(number[0]))
        elif word := _WORD.match(source, position):
            self.emit("word", word[0], len(word[0]))
        elif operator := _OPERATOR.match(source, position):
            text = operator[0]
            self._symbol(_OPERATOR_NAMES.get(text, text), len(text))
        elif character in _BRACKETS or character in "|,;%'′":
            self._symbol(character, 1)
        elif character == "." and not source[position + 1 :].strip(" \n$."):
            self.skip(1)  # the full stop at the end of a sentence
        else:
            raise self.fail(f"cannot read the character {character!r} in a formula")

    def _symbol(self, text: str, width: int) -> None:
        """An operator, bracket or separator under its one name."""
        if text in _BRACKETS:
            self.emit("open" if _BRACKETS[text] == "open" else "close", text, width)
        elif text in "⌊⌈":
            self.emit("open", text, width)
        elif text in "⌋⌉":
            self.emit("close", text, width)
        elif text == "|":
            self.emit("bar", text, width)
        elif text == ",":
            self.emit("comma", text, width)
        elif text == ";":
            self.emit("sep", text, width)
        elif text in ("sum", "product", "sqrt", "frac", "binom"):
            self.emit("command", text, width)
        elif text == "oo":
            self.emit("word", text, width, whole=True)
        else:
            self.emit("op", {"%": "mod", "′": "'"}.get(text, text), width)

    def _script(self, operator: str, table: dict[str, str]) -> None:
        """A run of raised or lowered characters, as `^{...}` or `_{...}`."""
        end = self.position
        while end < len(self.source) and self.source[end] in table:
            end += 1
        start, content = self.position, "".join(table[c] for c in self.source[self.position : end])
        inner = _Lexer(content).run()[:-1]
        spread = [("op", operator), ("open", "{")]
        spread += [(token.kind, token.text) for token in inner] + [("close", "}")]
        for kind, text in spread:
            self.tokens.append(Token(kind, text, start, end))  # type: ignore[arg-type]
        self.position, self.spaced = end, False

    def _fraction(self, numerator: int, denominator: int) -> None:
        start = self.position
        parts: list[tuple[Kind, str]] = [("open", "("), ("number", str(numerator)), ("op", "/")]
        parts += [("number", str(denominator)), ("close", ")")]
        self.tokens += [Token(kind, text, start, start + 1, self.spaced) for kind, text in parts]
        self.position, self.spaced = start + 1, False

    def _accent_after(self, accent: str) -> None:
        """A combining accent: it belongs to the letter before it."""
        if not self.tokens or self.tokens[-1].kind != "word":
            raise self.fail("an accent stands on nothing")
        last = self.tokens.pop()
        text = f"{last.text}_{accent}"
        self.tokens.append(Token("word", text, last.start, self.position + 1, last.spaced, True))
        self.position += 1

    def _command(self) -> None:
        match = _COMMAND.match(self.source, self.position)
        if match is None:
            raise self.fail("a backslash at the end")
        name, width = match[1], len(match[0])
        if name == "\\":
            self.emit("sep", "\n", width)
        elif name in ("begin", "end"):
            environment = _ENVIRONMENT.match(self.source, match.end())
            self.skip(width + (len(environment[0]) if environment else 0))
        elif name in notation.LATEX_SPACES or name in notation.LATEX_INVISIBLE or name in "()[]":
            self._invisible(name, width)
        elif name in "_*^%|{}":
            self._symbol({"|": "|", "{": "(", "}": ")"}.get(name, name), width)
        elif name in notation.GREEK_NAMES or name in notation.LATEX_VARIANTS:
            self.emit("word", notation.LATEX_VARIANTS.get(name, name), width, whole=True)
        elif name in notation.ACCENTS:
            self._accent_before(notation.ACCENTS[name], width)
        elif name in notation.LATEX_TEXT:
            self._text(width)
        elif name in notation.LATEX_OPERATORS:
            self._symbol(notation.LATEX_OPERATORS[name], width)
        elif name.isalpha():
            self.emit("word", name, width, whole=True)
        else:
            raise self.fail(f"cannot read \\{name} in a formula", width)

    def _invisible(self, name: str, width: int) -> None:
        self.skip(width)
        if name in ("left", "right") and self.source.startswith(".", self.position):
            self.skip(1)
        elif name in _LEFT or name in _RIGHT:
            self._sized_bar("open" if name in _LEFT else "close")

    def _sized_bar(self, kind: Kind) -> None:
        """`\\left|` opens and `\\right|` closes; a bare `|` does not say which it does."""
        bar = _SIZED_BAR.match(self.source, self.position)
        if bar:
            text = "‖" if bar[1] in ("\\|", "\\Vert", "‖") else "|"
            self.position += bar.start(1) - self.position
            self.emit(kind, text, len(bar[1]))

    def _text(self, width: int) -> None:
        """`\\text{in}`: the braces hold a name, not a product of letters."""
        group = _TEXT_GROUP.match(self.source, self.position + width)
        name = group[1].strip() if group else ""
        if group and re.fullmatch(r"[A-Za-z]+\d*", name):
            self.emit("word", name, width + len(group[0]), whole=True)
        else:
            self.skip(width)

    def _accent_before(self, accent: str, width: int) -> None:
        """`\\hat{m}` or `\\hat m`: one name, `m_hat`."""
        pattern = re.compile(r"\s*(?:\{\s*\\?([A-Za-z]+)\s*\}|\\([A-Za-z]+)|([A-Za-z]))")
        match = pattern.match(self.source, self.position + width)
        if match is None:
            raise self.fail(f"\\{accent} needs one letter, as in \\{accent}{{m}}", width)
        letter = match[1] or match[2] or match[3]
        self.emit("word", f"{letter}_{accent}", match.end() - self.position, whole=True)


_OPENERS: Final = frozenset({"op", "open", "comma", "command"})


def _join_lines(tokens: list[Token]) -> list[Token]:
    """Drop the line ends that cannot separate formulas: beside an operator, or in brackets."""
    kept: list[Token] = []
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "sep" and token.text == "\n":
            following = next(t for t in tokens[place + 1 :] if t.text != "\n")
            before = kept[-1].kind if kept else "open"
            continues = before in _OPENERS or before == "sep" or following.kind == "end"
            if depth > 0 or continues or following.kind in ("op", "close", "comma"):
                continue
        kept.append(token)
    return kept
