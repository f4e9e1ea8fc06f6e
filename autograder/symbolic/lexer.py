r"""Cuts a formula into tokens that no longer depend on the notation it was written in.

Plain text, LaTeX and Unicode give the same tokens: `\beta`, `β` and `beta` are one word,
`\cdot`, `·` and `*` one operator, `x²` is `x ^ { 2 }`. Every token keeps its place in the source.
Nothing is skipped but spaces, LaTeX's spacing and sizing commands, and dollar signs.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from autograder.errors import FormulaError
from autograder.symbolic import notation

Kind = Literal["number", "word", "op", "open", "close", "bar", "comma", "sep", "command", "end"]

MAX_LENGTH: Final = 5_000
MAX_DIGITS: Final = 60

_NUMBER = re.compile(r"(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z]+")
_LIBRARY = re.compile(
    r"(?:(?:np|numpy|jnp|math|cmath|torch|sp|sympy|scipy|tf|nn|F|functional|special|linalg)"
    r"\.(?=[A-Za-z]))+"
)
_WHOLE = re.compile(
    r"Interval\.(?:open|Lopen|Ropen)\b|(?:log1p|expm1|a(?:rc)?tan2|exp2|factorial2)(?=\s*\()"
)
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_TEXT_GROUP = re.compile(r"\s*\*?\s*\{([^{}]*)\}")
_TEXT_IN_TEXT = re.compile(r"\s*\*?\s*\{\s*\\(?:mathrm|mathit|text|textrm)\s*\{([^{}]*)\}\s*\}")
_TEXT_NAME = re.compile(r"\s*([A-Za-z]+(?:\\?_[A-Za-z0-9]+)*[0-9]*)\s*")
_TEXT_PIECE = re.compile(r"\s*(?:([A-Za-z]+)|(,))")
_FACE = re.compile(r"\s*\{\s*(?:\\([A-Za-z]+)|([A-Za-z]))\s*\}")
_ENVIRONMENT = re.compile(r"\s*\{([a-zA-Z]+)\*?\}")
_COLUMNS = re.compile(r"\s*\{[lcr|\s]*\}")
_ROW_SPACE = re.compile(r"\s*\[\s*-?[0-9.]+\s*[a-z]{2}\s*\]")
_CASES_BRACE = re.compile(r"\\left\s*\\(?:\{|lbrace)\s*(?=\\begin\s*\{(?:array|aligned|matrix)\})")
_LATEX_HINT = re.compile(r"\\[A-Za-z(\[{]|\$|[\^_]\{")
_EVALUATED = re.compile(r"\\right\s*(?:\||\\[vr]?[vV]ert)\s*[_^]")
_SIZED_BAR = re.compile(r"\s*(\||\\\||\\[vV]ert(?![A-Za-z])|‖)")
_RAISED_PRIMES = re.compile(r"\^\s*(?:\\prime(?![A-Za-z])|\{\s*((?:\\(?:double)?prime\s*)+)\})")
_LEFT: Final = ("left", "mleft", "bigl", "Bigl", "biggl", "Biggl")
_RIGHT: Final = ("right", "mright", "bigr", "Bigr", "biggr", "Biggr")
_OPERATOR = re.compile(r"\*\*|//|==|:=|<=|>=|!=|->|\.\.\.|\.\.|[-+*/^_=<>!]")
_OPERATOR_NAMES: Final = {"**": "^", "==": "=", ":=": "=", "...": "dots"}
_BRACKETS: Final = {"(": "open", "[": "open", "{": "open", ")": "close", "]": "close", "}": "close"}
_KINDS: Final[dict[str, Kind]] = {
    **_BRACKETS,  # type: ignore[dict-item]
    **dict.fromkeys(("⌊", "⌈", "\\{"), "open"),
    **dict.fromkeys(("⌋", "⌉", "\\}"), "close"),
    **dict.fromkeys(("|", "‖"), "bar"),
    **dict.fromkeys(
        ("sum", "product", "sqrt", "cbrt", "frac", "binom", "integral", "∅"), "command"
    ),
    ",": "comma",
    ";": "sep",
    "oo": "word",
}


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
        self.text = notation.plain_letters(source)
        self.latex = is_latex(source)
        self.position = 0
        self.spaced = False
        self.tokens: list[Token] = []
        self.environments: list[str] = []

    def run(self) -> list[Token]:
        while self.position < len(self.text):
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
        character = self.text[self.position]
        if character == "\n":
            self.emit("sep", "\n", 1)
        elif character.isspace() or character in "\u200b\ufeff$~":
            self.skip(1)
        elif character == "&":
            self._cell()
        elif character == "\\":
            self._command()
        elif character == "%" and self.latex:
            self.skip((self.text + "\n").index("\n", self.position) - self.position)
        elif character < "\x7f":
            self._ascii(character)
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
            self._accented(character)

    def _ascii(self, character: str) -> None:
        text, position = self.text, self.position
        if number := _NUMBER.match(text, position):
            if len(number[0]) > MAX_DIGITS:
                raise self.fail(f"a number of more than {MAX_DIGITS} digits", len(number[0]))
            self.emit("number", number[0], len(number[0]))
        elif library := _LIBRARY.match(text, position):
            self.position += len(library[0])
        elif word := _WHOLE.match(text, position) or _WORD.match(text, position):
            self.emit("word", word[0], len(word[0]))
        elif primes := _RAISED_PRIMES.match(text, position):
            for _ in range(primes[0].count("prime") + primes[0].count("double") - 1):
                self.emit("op", "'", 0)
            self.emit("op", "'", len(primes[0]))
        elif operator := _OPERATOR.match(text, position):
            name = operator[0]
            self._symbol(_OPERATOR_NAMES.get(name, name), len(name))
        elif character in _BRACKETS or character in "|,;%'":
            self._symbol(character, 1)
        elif character == "." and not text[position + 1 :].strip(" \n$."):
            self.skip(1)  # the full stop at the end of a sentence
        else:
            raise self.fail(f"cannot read the character {character!r} in a formula")

    def _symbol(self, text: str, width: int) -> None:
        """An operator, bracket or separator under its one name."""
        if text == "''":
            self.emit("op", "'", 0)
            text = "'"
        kind = _KINDS.get(text, "op")
        self.emit(kind, {"%": "mod"}.get(text, text), width, whole=kind == "word")

    def _cell(self) -> None:
        """`&` parts the cells of a matrix; elsewhere it only lines formulas up."""
        if self.environments and self.environments[-1]:
            self.emit("sep", "&", 1)
        else:
            self.skip(1)

    def _accented(self, character: str) -> None:
        """A letter that carries its accent, as in ẋ."""
        letter, accent = (*unicodedata.normalize("NFD", character), "", "")[:2]
        if letter.isascii() and letter.isalpha() and accent in notation.COMBINING_ACCENTS:
            name = f"{letter}_{notation.COMBINING_ACCENTS[accent]}"
            self.emit("word", name, 1, whole=True)
        elif character == "′":
            self.emit("op", "'", 1)
        else:
            shown = self.source[self.position]
            raise self.fail(f"cannot read the character {shown!r} in a formula")

    def _script(self, operator: str, table: dict[str, str]) -> None:
        """A run of raised or lowered characters, as `^{...}` or `_{...}`."""
        end = self.position
        while end < len(self.text) and self.text[end] in table:
            end += 1
        start, content = self.position, "".join(table[c] for c in self.text[self.position : end])
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
        match = _COMMAND.match(self.text, self.position)
        if match is None:
            raise self.fail("a backslash at the end")
        name, width = match[1], len(match[0])
        if name == "\\":
            self._new_row(width)
        elif name in ("begin", "end"):
            self._environment(name, match.end())
        elif name in notation.LATEX_SPACES or name in notation.LATEX_INVISIBLE or name in "()[]":
            self._invisible(name, width)
        elif name in "_*^%|{}":
            self._symbol({"|": "‖", "{": "\\{", "}": "\\}"}.get(name, name), width)
        elif name in notation.GREEK_NAMES or name in notation.LATEX_VARIANTS:
            self.emit("word", notation.LATEX_VARIANTS.get(name, name), width, whole=True)
        elif name in notation.ACCENTS:
            self._accent_before(notation.ACCENTS[name], width)
        elif name in notation.LATEX_TEXT:
            self._text(width)
        elif name in notation.LATEX_FACES:
            self._face(width)
        elif name in notation.LATEX_OPERATORS:
            self._symbol(notation.LATEX_OPERATORS[name], width)
        elif name in notation.SIDED_BARS:
            self.emit(*notation.SIDED_BARS[name], width)  # type: ignore[arg-type]
        elif name in ("imath", "jmath"):
            self.emit("word", name[0], width, whole=True)
        elif name == "placeholder":
            raise self.fail("a box is still empty; fill it in or delete it", width)
        elif name.isalpha():
            self.emit("word", name, width, whole=True)
        else:
            shown = name if name.isprintable() else repr(name)[1:-1]
            raise self.fail(f"cannot read \\{shown} in a formula", width)

    def _new_row(self, width: int) -> None:
        space = _ROW_SPACE.match(self.text, self.position + width)
        in_cells = bool(self.environments and self.environments[-1])
        self.emit("sep", "row" if in_cells else "\n", width + (len(space[0]) if space else 0))

    def _environment(self, name: str, end: int) -> None:
        """`\\begin{pmatrix}` opens a matrix; an environment that only lays lines out is skipped."""
        match = _ENVIRONMENT.match(self.text, end)
        if match is None:
            raise self.fail(f"\\{name} needs the name of an environment")
        width = match.end() - self.position
        if name == "end":
            kind = self.environments.pop() if self.environments else ""
            return self.emit("close", "end", width) if kind else self.skip(width)
        kind = _environment_kind(match[1])
        if self.tokens and self.tokens[-1].text == "cases brace":
            self.tokens.pop()
            kind = "cases"
        if columns := _COLUMNS.match(self.text, match.end()) if match[1] == "array" else None:
            width += len(columns[0])
        self.environments.append(kind)
        return self.emit("open", kind, width) if kind else self.skip(width)

    def _invisible(self, name: str, width: int) -> None:
        if brace := _CASES_BRACE.match(self.text, self.position):
            return self.emit("open", "cases brace", len(brace[0]))
        self.skip(width)
        if name in ("left", "right") and self.text.startswith(".", self.position):
            if name == "left" and _EVALUATED.search(self.text, self.position):
                self.emit("open", "left.", 1)
            else:
                self.skip(1)
        elif name in _LEFT or name in _RIGHT:
            self._sized_bar("open" if name in _LEFT else "close")
        return None

    def _sized_bar(self, kind: Kind) -> None:
        """`\\left|` opens and `\\right|` closes; a bare `|` does not say which it does."""
        bar = _SIZED_BAR.match(self.text, self.position)
        if bar:
            text = "‖" if bar[1] in ("\\|", "\\Vert", "‖") else "|"
            self.position += bar.start(1) - self.position
            self.emit(kind, text, len(bar[1]))

    def _text(self, width: int) -> None:
        """`\\text{in}`: the braces hold a name, or words, and not a product of letters."""
        start = self.position + width
        group = _TEXT_GROUP.match(self.text, start) or _TEXT_IN_TEXT.match(self.text, start)
        if group is None:
            return self.skip(width)
        if name := _TEXT_NAME.fullmatch(group[1]):
            text = name[1].replace("\\_", "_")
            return self.emit("word", text, group.end() - self.position, whole=True)
        pieces = [*_TEXT_PIECE.finditer(self.text, group.start(1), group.end(1))]
        if "".join(piece[0] for piece in pieces) != group[1].rstrip():
            return self.skip(width)
        for piece in pieces:
            self.position, self.spaced = piece.start(piece.lastindex or 0), True
            self.emit(
                "word" if piece[1] else "comma", piece[0].strip(), piece.end() - self.position, True
            )
        self.position, self.spaced = group.end(), True
        return None

    def _face(self, width: int) -> None:
        """`\\mathbf{x}` is x; a face around more than a letter is a group."""
        face = _FACE.match(self.text, self.position + width)
        if face is None:
            return self.skip(width)
        name = face[2] or notation.LATEX_VARIANTS.get(face[1], face[1])
        return self.emit("word", name, face.end() - self.position, whole=True)

    def _accent_before(self, accent: str, width: int) -> None:
        """`\\hat{m}` or `\\hat m`: one name, `m_hat`."""
        pattern = re.compile(r"\s*(?:\{\s*\\?([A-Za-z]+)\s*\}|\\([A-Za-z]+)|([A-Za-z]))")
        match = pattern.match(self.text, self.position + width)
        if match is None:
            raise self.fail(f"\\{accent} needs one letter, as in \\{accent}{{m}}", width)
        letter = match[1] or match[2] or match[3]
        self.emit("word", f"{letter}_{accent}", match.end() - self.position, whole=True)


def _environment_kind(name: str) -> str:
    """What an environment's rows are: a matrix, cases, or only lines of text (empty)."""
    if name in notation.CASES:
        return "cases"
    if name in ("vmatrix", "Vmatrix"):
        return name
    return "matrix" if name in notation.MATRICES else ""


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
