"""A hostile submission: a file whose first lines say what it tries and how we know that it failed.

tries:    what it is after, in a sentence
sign:     what is seen from outside when it works (world.py tells each sign)
outcome:  how the product names what happened, several separated by `/`
says:     words that the student's line or its details hold (may be left out)
control:  where it works: `grader` (tests and student in one process, the default), `pipe` (the
          student's process reports its own score), or the name of a naive reader
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
    r'^\W*(tries|sign|outcome|says|control|question|gains|waits|closed)"?\s*:\s*"?(.*?)"?,?\s*(?:-->)?$',
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

    @property
    def outcomes(self) -> list[str]:
        return [word.strip() for word in self.header["outcome"].split("/")]

    @property
    def control(self) -> str:
        return self.header.get("control", "grader")

    @property
    def question(self) -> str:
        return self.header.get("question", "net" if self.path.suffix == ".py" else "size")

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
