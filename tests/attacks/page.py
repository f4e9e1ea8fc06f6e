"""Tells whether a page does something that a student wrote, rather than showing it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SHOWING = frozenset(
    ("p", "pre", "code", "br", "ul", "ol", "li", "em", "strong", "table", "tr", "td")
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


_LOADING = frozenset(
    (
        "img",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "link",
        "base",
        "video",
        "audio",
        "source",
    )
)
_OWN_SCRIPTS = 1
_OWN_LINK = re.compile(r"#.*|submissions/[\w%.~-]+/index\.html")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in _SHOWING or any(name != "class" for name, _ in attributes):
            self.active.append(self.get_starttag_text() or tag)

    def handle_comment(self, data: str) -> None:
        self.active.append(f"<!--{data}-->")


def active_html(html: str) -> list[str]:
    """The tags that do more than show, or carry attributes."""
    parser = _Tags()
    parser.feed(html)
    parser.close()
    return parser.active


class _Elements(HTMLParser):
    """What a whole page of ours must not hold: it has styles, figures and one script of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        leads = [value or "" for name, value in attributes if name in ("href", "src", "xlink:href")]
        handles = any(name.startswith("on") for name, _ in attributes)
        if tag in _LOADING or handles or not all(map(_OWN_LINK.fullmatch, leads)):
            self.active.append(self.get_starttag_text() or tag)

    def handle_comment(self, data: str) -> None:
        self.active.append(f"<!--{data}-->")


def active_page(html: str) -> list[str]:
    """The elements of a whole page that load, lead elsewhere or run something not its own."""
    parser = _Elements()
    parser.feed(html)
    parser.close()
    own = parser.scripts <= _OWN_SCRIPTS
    return parser.active if own else [*parser.active, f"{parser.scripts} scripts"]


def active_text(text: str) -> list[str]:
    """Characters that steer a terminal or turn the direction of the text."""
    return _CONTROL.findall(text)
