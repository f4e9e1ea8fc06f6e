"""Prompts as HTML: Markdown in which HTML is text, with formulas left for the page to typeset."""

from __future__ import annotations

import html
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin


@lru_cache(maxsize=1)
def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    markdown.use(dollarmath_plugin, renderer=_formula, allow_digits=True, double_inline=True)
    return markdown


def _formula(content: str, options: dict[str, Any]) -> str:
    """A formula's source, readable as it is; scripts replace it by the typeset one."""
    tag = "div" if options.get("display_mode") else "span"
    return f'<{tag} class="formula">{html.escape(content.strip())}</{tag}>'


def as_markup(text: str) -> Markup:
    """A text of the instructor's as HTML."""
    return Markup(_renderer().render(text))  # noqa: S704 - the renderer escapes HTML
