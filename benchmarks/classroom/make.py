"""Writes a class into a folder: a submission each, and beside it what every answer must get."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks.classroom.files import written_files
from benchmarks.classroom.notebooks import notebook
from benchmarks.classroom.students import student

LABELS = "labels.json"


@dataclass(frozen=True)
class Made:
    """A submission that was made: its folder, and for each question what it must get."""

    id: str
    folder: Path
    credits: dict[str, float | None]
    sorts: dict[str, str]


def make_class(folder: Path, count: int, seed: int = 0, code: bool = False) -> list[Made]:
    """Write `count` submissions below `folder`/submissions and their labels beside it.

    With `code`, each holds a notebook as well. The bytes depend on `seed` and `code` alone, and the
    first submissions of a larger class are those of a smaller one.
    """
    made = [_write(folder / "submissions", number, seed, code) for number in range(count)]
    labels = {one.id: {"credits": one.credits, "sorts": one.sorts} for one in made}
    (folder / LABELS).write_text(json.dumps(labels, indent=1) + "\n", encoding="utf-8")
    return made


def _write(folder: Path, number: int, seed: int, code: bool) -> Made:
    who = student(number, seed)
    files = written_files(who)
    earned = {name: answer.credit for name, answer in who.answers.items()}
    sorts: dict[str, str] = {name: answer.sort for name, answer in who.answers.items()}
    if code:
        text, judged = notebook(number, seed)
        files["ex09.ipynb"] = text.encode()
        earned |= judged
        sorts |= {name: "right" if credit == 1.0 else "mistake" for name, credit in judged.items()}
    for name, content in files.items():
        path = folder / who.id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Made(who.id, folder / who.id, earned, sorts)
