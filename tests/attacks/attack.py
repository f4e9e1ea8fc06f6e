"""A hostile submission: a file whose first lines say what it tries and how we know that it failed.

tries:    what it is after, in a sentence
sign:     what is seen from outside when it works (world.py tells each sign)
outcome:  how the product names what happened, several separated by `/`
says:     words that the student's line or its details hold (may be left out)
jailed:   outcome and words where a changed root takes the place of Landlock, if others than those: an
          outcome, then a word
control:  where it works: `grader` (tests and student in one process, the default), `pipe` (the
          student's process reports its own score), or the name of a naive reader
student:  the display name of the one who hands it in
gains:    the test of the naive grader that is won, where it is not any that counts
waits:    it never ends by itself; the question then has little time
closed:   why some machines refuse it to everyone; the control is skipped there
"""

from __future__ import annotations

import re
import runpy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILES = Path(__file__).resolve().parent / "files"
_LINE = re.compile(
    r'^\W*(tries|sign|outcome|says|jailed|student|control|question|gains|waits|closed)"?\s*:\s*"?(.*?)"?,?\s*(?:-->)?$',
    re.MULTILINE,
)


@dataclass(frozen=True)
class Attack:
    """One file of `files/`."""

    path: Path
    header: dict[str, str] = field(hash=False)

    @property
    def name(self) -> str:
        return f"{self.group}/{self.path.stem}"

    @property
    def group(self) -> str:
        return self.path.parent.name

    @property
    def sign(self) -> str:
        return self.header["sign"]

    def expected(self, *, jailed: bool) -> tuple[list[str], str]:
        """The outcomes that are right, and words that are then said; in a changed root or not."""
        if jailed and "jailed" in self.header:
            outcome, _, words = self.header["jailed"].partition(" ")
            return [outcome], words
        outcomes = [word.strip() for word in self.header["outcome"].split("/")]
        return outcomes, self.header.get("says", "")

    @property
    def control(self) -> str:
        return self.header.get("control", "grader")

    @property
    def question(self) -> str:
        return self.header.get("question", "net" if self.path.suffix == ".py" else "size")

    @property
    def student(self) -> str:
        return self.header.get("student", "Mallory")

    @property
    def waits(self) -> bool:
        return "waits" in self.header

    def hand_in(self, folder: Path, world: Any) -> None:
        """Write the submission: the file itself, or what it builds."""
        text = self.path.read_text(encoding="utf-8")
        if "\ndef build(" in text:
            runpy.run_path(str(self.path))["build"](folder, world)
        else:
            name = "net.py" if self.path.suffix == ".py" else f"answers{self.path.suffix}"
            (folder / name).write_text(world.fill(text), encoding="utf-8")


def read_attack(path: Path) -> Attack:
    """An attack with its header."""
    head = "\n".join(path.read_text(encoding="utf-8").split("\n")[:24])
    return Attack(path, dict(_LINE.findall(head)))


def attacks() -> list[Attack]:
    """Every attack, group by group."""
    return [read_attack(path) for path in sorted(FILES.glob("*/*")) if path.is_file()]
