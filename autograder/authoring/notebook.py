"""Notebooks written as Python files with cell marks, which read and merge better than JSON.

# %% [markdown]         a cell of text; its lines are comments
# %%                    a cell of code
# %% include given.py   a cell with the code of a file beside the exercise
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

_MARK = re.compile(r"^# %%[ \t]*(.*)$")


def notebook_from_script(script: str, read: Callable[[str], str]) -> str:
    """The JSON of the notebook that a script stands for; `read` gives included files."""
    cells: list[dict[str, Any]] = []
    kind, lines = "", list[str]()
    for line in [*script.splitlines(), "# %%"]:
        mark = _MARK.match(line)
        if mark is None:
            lines.append(line)
            continue
        if kind:
            cells.append(_cell(kind, "\n".join(lines).strip("\n"), len(cells) + 1))
        kind, lines = mark[1].strip() or "code", []
        if kind.startswith("include "):
            lines, kind = [read(kind.removeprefix("include ").strip())], "code"
    return _shown(cells)


def markdown_notebook(texts: Sequence[str]) -> str:
    """The JSON of a notebook of text cells."""
    cells = [_text_cell(text.strip("\n"), number) for number, text in enumerate(texts, 1)]
    return _shown(cells)


def joined(first: str, second: str) -> str:
    """The JSON of a notebook with the cells of two."""
    cells = [*json.loads(first)["cells"], *json.loads(second)["cells"]]
    return _shown([{**cell, "id": f"cell-{number}"} for number, cell in enumerate(cells, 1)])


def _shown(cells: list[dict[str, Any]]) -> str:
    return json.dumps(_document(cells), indent=1, ensure_ascii=False) + "\n"


def _text_cell(text: str, number: int) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "id": f"cell-{number}",
        "metadata": {},
        "source": _lines(text),
    }


def _cell(kind: str, text: str, number: int) -> dict[str, Any]:
    if kind == "[markdown]":
        text = "\n".join(re.sub(r"^# ?", "", line) for line in text.split("\n"))
        return _text_cell(text, number)
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": [],
        "source": _lines(text),
    }


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _document(cells: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
