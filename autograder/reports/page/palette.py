"""The colours of a page, light and dark; what is text and what is a shape keeps its contrast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Both are read against `paper`, and text against `soft` too: 4.5 to 1 for text, 3 to 1 for shapes.
TEXT: Final = (
    "ink", "muted", "accent", "right", "partial", "wrong", "crashed", "blank", "person", "failed",
)  # fmt: skip
SHAPES: Final = ("axis",)

LIGHT: Final[Mapping[str, str]] = {
    "paper": "#fdfdfb",
    "soft": "#f2f2ee",
    "line": "#dcddd8",
    "axis": "#85898e",
    "ink": "#1c2024",
    "muted": "#5a6169",
    "accent": "#1d5bb5",
    "right": "#237447",
    "partial": "#8a6100",
    "wrong": "#b83227",
    "crashed": "#96306f",
    "blank": "#666d75",
    "person": "#1b6a93",
    "failed": "#6344a8",
}
DARK: Final[Mapping[str, str]] = {
    "paper": "#14171a",
    "soft": "#1e2226",
    "line": "#33393f",
    "axis": "#737b84",
    "ink": "#e7e9eb",
    "muted": "#a3abb4",
    "accent": "#8fb8f6",
    "right": "#64c08c",
    "partial": "#d9a840",
    "wrong": "#f28076",
    "crashed": "#e693c3",
    "blank": "#949ca5",
    "person": "#6fbbe0",
    "failed": "#b9a2ee",
}


def stylesheet() -> str:
    """The colours as CSS variables: by the reader's system, and by the page's own switch over it.

    A printed page is always light.
    """
    return "\n".join(
        (
            _rule(":root", LIGHT, "light"),
            "@media screen {",
            "@media (prefers-color-scheme: dark) {",
            _rule(":root", DARK, "dark"),
            "}",
            _rule(":root[data-theme=light]", LIGHT, "light"),
            _rule(":root[data-theme=dark]", DARK, "dark"),
            "}",
        )
    )


def _rule(selector: str, colours: Mapping[str, str], scheme: str) -> str:
    variables = " ".join(f"--{name}: {value};" for name, value in colours.items())
    return f"{selector} {{ color-scheme: {scheme}; {variables} }}"
