"""Text that students typed into a system's editor: HTML, read as the text that it shows."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from autograder.submission.files import FileSet
from autograder.submission.text import decode

_BLOCKS: Final = frozenset(
    "p div br li ul ol tr table pre blockquote h1 h2 h3 h4 h5 h6 section hr".split()
)
_HEADING = re.compile(r"h([1-6])")
_MARKS: Final = {"sup": "^", "sub": "_"}
_SILENT: Final = frozenset(("script", "style", "head", "title"))


def as_markdown(page: bytes) -> bytes:
    """The text of a page as Markdown: headings, lines, `^{...}` and `_{...}` for raised and lowered."""
    reader = _Reader()
    reader.feed(decode(page)[0])
    reader.close()
    text = "".join(reader.parts).replace("\N{NO-BREAK SPACE}", " ")
    return (re.sub(r"\n\s*\n+", "\n\n", text).strip() + "\n").encode("utf-8", "replace")


class _Reader(HTMLParser):
    """Collects the text, with a line's end where a block starts or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0
        self._kept = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a line; a heading, an item and a raised or lowered text have marks."""
        self._silent += tag in _SILENT
        self._kept += tag == "pre"
        if tag in _BLOCKS:
            self.parts.append("\n")
        if heading := _HEADING.fullmatch(tag):
            self.parts.append(f"\n{'#' * int(heading[1])} ")
        elif tag == "li":
            self.parts.append("* ")
        elif tag in _MARKS:
            self.parts.append(f"{_MARKS[tag]}{{")

    def handle_endtag(self, tag: str) -> None:
        """What a start tag opened ends."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "pre":
            self._kept = max(0, self._kept - 1)
        if tag in _MARKS:
            self.parts.append("}")
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Text; outside `pre` a line's end in it is a space."""
        if not self._silent:
            self.parts.append(data if self._kept else re.sub(r"[ \t\r\n]+", " ", data))


def read_typed(found: FileSet, page: str, name: str) -> None:
    """Put the text of a page that the system made in the page's place; an empty one just goes."""
    content = found.files.pop(page, None)
    text = as_markdown(content) if content is not None else b""
    if text.strip():
        found.add(name, text)
        found.notes.append(f"The text typed online was read as {name}.")
