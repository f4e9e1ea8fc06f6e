"""A case of the corpus: the base notebook with a cell changed, and what must become of each part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

Change = tuple[str, str]

FOLDER = Path(__file__).parent
# The questions that a change of a cell can touch.
PARTS: dict[str, tuple[str, ...]] = {
    "loaders": ("data-loader",),
    "models": ("mlp", "cnn"),
    "training": ("train-epoch",),
    "blocks": ("residual-block", "resnet20"),
    "all": ("data-loader", "mlp", "cnn", "train-epoch", "residual-block", "resnet20"),
}


@dataclass(frozen=True)
class Case:
    """One hand-in.

    `changes` are made in the cell `cell`; each old text occurs there. `wrong` are the parts that lose
    credit, each with words that the student must be told; every other part keeps all of it. `before`
    and `after` are whole cells put before the first and after the last. `judge` names the parts to
    grade where the cell does not tell them. The parts `person` go to a person.
    """

    name: str
    cell: str
    changes: tuple[Change, ...] = ()
    wrong: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    judge: str = ""
    person: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The questions to grade: what a mistake is wrong in, or what a variant can touch."""
        return tuple(self.wrong) or PARTS[self.judge or self.cell]

    def cells(self) -> list[tuple[str, str]]:
        """Names and texts of the notebook's cells."""
        cells = dict(base_cells())
        for old, new in self.changes:
            if old not in cells[self.cell]:
                raise ValueError(f"{self.name}: the cell {self.cell} does not hold {old!r}")
            cells[self.cell] = cells[self.cell].replace(old, new)
        extra = [
            [(f"extra {n}", text) for n, text in enumerate(c)] for c in (self.before, self.after)
        ]
        return [*extra[0], *cells.items(), *extra[1]]

    def notebook(self) -> str:
        """The notebook's JSON, as Colab writes it."""
        return notebook_json(self.cells())


@cache
def base_cells() -> tuple[tuple[str, str], ...]:
    """Names and texts of the base notebook's cells."""
    blocks = (FOLDER / "notebook.txt").read_text(encoding="utf-8").split("# %% ")[1:]
    cells = []
    for place, block in enumerate(blocks):
        title, _, text = block.partition("\n")
        name = f"text {place}" if title == "[markdown]" else title
        cells.append((name, text.strip("\n")))
    return tuple(cells)


def notebook_json(cells: list[tuple[str, str]]) -> str:
    """A notebook of format 4.0 with Colab's metadata."""
    content = []
    for number, (name, text) in enumerate(cells):
        cell: dict[str, object] = {
            "cell_type": "markdown" if name.startswith("text") else "code",
            "metadata": {"id": f"c{number:04}", "colab": {"base_uri": "https://localhost"}},
            "source": text.splitlines(keepends=True),
        }
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 40 - number, "outputs": []}
        content.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3"}
    metadata = {"accelerator": "GPU", "colab": {"provenance": []}, "kernelspec": kernel}
    return json.dumps({"cells": content, "metadata": metadata, "nbformat": 4, "nbformat_minor": 0})
