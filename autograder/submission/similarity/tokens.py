"""Code and prose as tokens in which renaming, formatting and comments leave no trace.

A pattern reads the code rather than Python's own parser: it takes broken cells as they are, gives the
same under every version of Python, and no text, however deeply nested, can bring the grader down.
What is left of code: keywords, operators, numbers by value, the names of attributes and of what was
imported. The student's own names become one token; strings, comments, types, imports, brackets and
the names of arguments are passed over.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

OWN: Final = "~"  # any name that the student chose

# What is not closed ends with the text or the line; so no text makes the pattern go back and try again.
_STRING: Final = r"""
    [rRbBuUfF]{0,2}
    (?: \'\'\'(?:[^'\\]|\\(?:.|\Z)|'(?!''))*(?:\'\'\'|\Z)
      | \"\"\"(?:[^"\\]|\\(?:.|\Z)|"(?!""))*(?:\"\"\"|\Z)
      | '(?:[^'\\\n]|\\(?:.|\Z))*'?
      | "(?:[^"\\\n]|\\(?:.|\Z))*"?)
"""
_LEXEME = re.compile(
    rf"""
    (?P<comment>\#[^\n]*)
  | (?P<string>{_STRING})
  | (?P<number>0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?[jJ]?)
  | (?P<name>[^\W\d]\w*)
  | (?P<line>\n[ \t]*)
  | (?P<operator>\*\*=?|//=?|<<=?|>>=?|!=|->|:=|[-+*/%@&|^=<>]=?|[~()\[\]{{}},:;.!?$\\])
    """,
    re.VERBOSE | re.DOTALL,
)
_IMPORTED = re.compile(
    r"^[ \t]*from[ \t]+\S+[ \t]+import[ \t]+(\([^)]{0,2000}\)|[^\n#]*)", re.MULTILINE
)
_ALIAS = re.compile(r"([^\W\d]\w*)(?:\s+as\s+([^\W\d]\w*))?")
_CLASS = re.compile(r"^[ \t]*(?:class[ \t]+([^\W\d]\w*)|([^\W\d]\w*)[ \t]*=(?!=))", re.MULTILINE)
_NOT_PYTHON = re.compile(r"^(?:[ \t]*[%!?][^\n]*|(?:<{7}|={7}|>{7}|\|{7})[^\n]*)$", re.MULTILINE)
_KEYWORDS: Final = frozenset(keyword.kwlist)
_KNOWN: Final = frozenset(dir(builtins)) | _KEYWORDS
_SILENT: Final = frozenset("( ) { } , : ; . -> ! ? $ \\".split())
_WORD = re.compile(r"[^\W_]+")


class Token(NamedTuple):
    """A normalised token, its line (from 1), and whether a new piece (a function, say) starts here."""

    symbol: str
    line: int
    starts: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """What a hand-in calls by a name: what it imported, by the name used there, and what is its own."""

    imported: dict[str, str]
    own: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        """The vocabulary of all the code of a hand-in."""
        imported: dict[str, str] = {}
        own: set[str] = set()
        for text in texts:
            for match in _IMPORTED.finditer(text):
                imported.update({alias or name: name for name, alias in _ALIAS.findall(match[1])})
            own.update(name for pair in _CLASS.findall(text) for name in pair if name)
        return cls(imported, frozenset(own))

    def bare(self, name: str) -> str:
        """The token of a name that stands alone."""
        if name in self.imported:
            return self.imported[name]
        library = name[:1].isupper() and not name.isupper() and len(name) > 1
        return name if name in _KNOWN or (library and name not in self.own) else OWN


class _Lexeme(NamedTuple):
    kind: str
    text: str
    line: int


def code_tokens(text: str, vocabulary: Vocabulary) -> list[Token]:
    """The tokens of one cell or module; magics and marks of merge conflicts are passed over."""
    return list(_Reader(_lexemes(_NOT_PYTHON.sub("", text)), vocabulary).tokens())


def prose_tokens(text: str) -> list[Token]:
    """The words of a written text in lower case."""
    return [
        Token(word.lower(), number)
        for number, line in enumerate(text.split("\n"), 1)
        for word in _WORD.findall(line)
    ]


def _lexemes(text: str) -> list[_Lexeme]:
    found, line = [], 1
    for match in _LEXEME.finditer(text):
        kind, lexeme = str(match.lastgroup), match[0]
        if kind not in ("comment", "string"):
            found.append(_Lexeme(kind, lexeme, line))
        line += lexeme.count("\n")
    return found


class _Reader:
    """Walks over the lexemes of one source."""

    def __init__(self, lexemes: list[_Lexeme], vocabulary: Vocabulary) -> None:
        self.lexemes = lexemes
        self.vocabulary = vocabulary
        self.place = 0
        self.depth = 0
        self.starts = True
        self.indented = False

    def tokens(self) -> Iterator[Token]:
        """The normalised tokens."""
        while self.place < len(self.lexemes):
            lexeme = self.lexemes[self.place]
            symbol = self._symbol(lexeme)
            self.place += 1
            if symbol:
                yield Token(symbol, lexeme.line, self.starts)
                self.starts = False

    def _symbol(self, lexeme: _Lexeme) -> str:
        """The token of a lexeme; empty where it leaves none."""
        if lexeme.kind == "line":
            self._new_line(lexeme)
            return ""
        if lexeme.kind == "number":
            return _number(lexeme.text)
        if lexeme.kind == "name":
            return self._name(lexeme.text)
        if lexeme.text in ("(", "[", "{"):
            self.depth += 1
        elif lexeme.text in (")", "]", "}"):
            self.depth = max(0, self.depth - 1)
        return "" if lexeme.text in _SILENT or lexeme.text == "]" else lexeme.text

    def _new_line(self, lexeme: _Lexeme) -> None:
        """A line at the margin after indented ones starts a new piece."""
        follows = self._at(1)
        if follows in ("", "\n") or follows.startswith("\n"):
            return
        indented = len(lexeme.text) > 1
        if self.depth and not indented and follows in ("def", "class", "import", "from", "@"):
            self.depth = 0  # a bracket was never closed
        if not self.depth:
            self.starts |= self.indented and not indented
            self.indented = indented

    def _at(self, distance: int) -> str:
        place = self.place + distance
        return self.lexemes[place].text if 0 <= place < len(self.lexemes) else ""

    def _name(self, name: str) -> str:
        before, after = self._at(-1), self._at(1)
        begins = before in ("", ";", ":") or before.startswith("\n")
        if name in ("import", "from") and begins:
            self._skip_import()
            return ""
        if name == "def":
            self.starts = True
            self._skip_header()
            return name
        if name == "class":
            self.starts = True
            self.place += 1  # its name
            return name
        if after == "." and name not in _KEYWORDS:
            return ""  # `nn.` and `torch.nn.`: what counts is the last name
        if before == ".":
            return OWN if self._at(-2) in ("self", "cls") else name
        if self.depth and after == "=":
            self.place += 1  # `kernel_size=5`: what counts is the 5
            return ""
        return self.vocabulary.bare(name)

    def _skip_import(self) -> None:
        """Pass over an import, which may go on over several lines in brackets."""
        depth = 0
        while self.place + 1 < len(self.lexemes):
            following = self._at(1)
            depth += (following == "(") - (following == ")")
            if (following.startswith("\n") and depth <= 0) or following == ";":
                return
            self.place += 1

    def _skip_header(self) -> None:
        """Pass over a function's name and arguments, up to the colon that opens its body."""
        depth = 0
        while self.place + 1 < len(self.lexemes):
            following = self._at(1)
            depth += (following in ("(", "[", "{")) - (following in (")", "]", "}"))
            if depth <= 0 and (following == ":" or following.startswith("\n")):
                return
            self.place += 1


def _number(text: str) -> str:
    """A number by its value, so that `1e-3` and `0.001` agree."""
    plain = text.replace("_", "").lower()
    try:
        value = int(plain, 0) if plain[:2] in ("0x", "0b", "0o") else float(plain)
    except ValueError:
        return plain  # imaginary, or no number at all
    return f"{value:.12g}" if abs(value) < 1e300 else plain
