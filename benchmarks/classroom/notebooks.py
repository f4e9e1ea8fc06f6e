"""Notebooks of a class: the base of the tests' corpus with right variants and mistakes in its cells."""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks.classroom.bank import LESS
from tests.corpus import MISTAKES, VARIANTS
from tests.corpus.case import PARTS, Case, base_cells, notebook_json

CELLS = ("loaders", "models", "training", "blocks")
# Of so many cells in a hundred something is wrong; so many of the others are written in another way.
WRONG, VARIED, BURDENED = 18, 55, 30


def notebook(number: int, seed: int) -> tuple[str, dict[str, float | None]]:
    """A notebook and what each exact question about code must get of it."""
    chance = random.Random(f"{seed}:{number}:code")
    chosen = [case for cell in CELLS for case in _of_cell(cell, chance)]
    cells = dict(base_cells())
    for case in chosen:
        for old, new in case.changes:
            cells[case.cell] = cells[case.cell].replace(old, new)
    listed = [(f"text {number}", f"# Group {number}"), *cells.items()]
    for case in _burdens(chance):
        listed = [
            *((f"extra {n}", text) for n, text in enumerate(case.before)),
            *listed,
            *((f"after {n}", text) for n, text in enumerate(case.after)),
        ]
    judged: dict[str, float | None] = dict.fromkeys(PARTS["all"], 1.0)
    judged |= {part: LESS for case in chosen for part in case.wrong}
    return notebook_json(listed), judged


def _of_cell(cell: str, chance: random.Random) -> Sequence[Case]:
    """The case that a cell is, or none where it stays as it was."""
    lot = chance.randrange(100)
    cases = _plain(MISTAKES if lot < WRONG else VARIANTS, cell)
    return [chance.choice(cases)] if lot < WRONG + VARIED else []


def _plain(cases: Sequence[Case], cell: str) -> list[Case]:
    """The cases that change this cell and nothing else, and are decided."""
    return [
        case
        for case in cases
        if case.cell == cell
        and case.changes
        and not (case.before or case.after or case.person or case.judge)
    ]


def _burdens(chance: random.Random) -> Sequence[Case]:
    """What a notebook brings besides the answer: whole cells before and after.

    A right cell again at the end would hide a mistake above it.
    """
    right = {text for _, text in base_cells()}
    cases = [
        case
        for case in VARIANTS
        if case.cell == "all" and not case.changes and (case.before or case.after)
        and not right.intersection(case.after)
    ]  # fmt: skip
    return [chance.choice(cases)] if chance.randrange(100) < BURDENED else []
