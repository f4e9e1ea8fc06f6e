"""Makes text that a student wrote safe and short enough to show."""

from __future__ import annotations

import html
import re
from typing import Final

MAX_TEXT: Final = 4_000
# Control characters, and those that turn the direction of the text around them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]"
)


def printable(text: str, limit: int = MAX_TEXT) -> str:
    """The text without control and direction characters, its middle cut out when it is long."""
    cleaned = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    cleaned = cleaned.encode("utf-8", "replace").decode("utf-8")
    if len(cleaned) > limit:
        half = limit // 2
        cleaned = f"{cleaned[:half]} [...] {cleaned[-half:]}"
    return cleaned


def as_html(text: str, limit: int = MAX_TEXT) -> str:
    """The text as HTML that shows it and does nothing else."""
    return html.escape(printable(text, limit)).replace("\n", "<br/>")
