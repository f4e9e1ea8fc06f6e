"""Reads what a page of the documentation claims: the files it shows and the sessions it prints.

A fenced block with `file=NAME` after its language is a file that the page's sessions find; a `console`
block is a session: lines that start with `$ ` are commands, the rest is what they print. In what is
printed `...` stands for anything within a line and, alone on a line, for any lines.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_FENCE = re.compile(r"^(`{3,})(.*)$")
_FILE = re.compile(r"\bfile=(\S+)")
_DURATION = re.compile(r"\b\d+(?:\.\d+)? (m?s)\b")
_MARK = "\x1e"
_SHARED = ("exercises", "docs", "reference")


@dataclass
class Block:
    """A fenced block: the line it starts on, the words after the fence, its lines."""

    line: int
    info: str
    lines: list[str] = field(default_factory=list)

    @property
    def language(self) -> str:
        return self.info.split()[0] if self.info.split() else ""

    @property
    def file(self) -> str | None:
        found = _FILE.search(self.info)
        return found[1] if found else None

    def commands(self) -> Iterator[tuple[str, list[str]]]:
        """The commands of a session with what each is said to print."""
        command, printed = None, list[str]()
        for line in self.lines:
            if not line.startswith("$ "):
                printed.append(line)
                continue
            if command is not None:
                yield command, printed
            command, printed = line[2:], []
        if command is not None:
            yield command, printed


def blocks(text: str) -> list[Block]:
    """Every fenced block of a page, in order."""
    found: list[Block] = []
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        match = _FENCE.match(line)
        if fence and line.rstrip() == fence:
            fence = ""
        elif fence:
            found[-1].lines.append(line)
        elif match:
            fence = match[1]
            found.append(Block(number, match[2].strip()))
    return found


def prepare(folder: Path) -> None:
    """What a reader of the documentation has: a checkout, and `autograder` to call."""
    for name in _SHARED:
        (folder / name).symlink_to(ROOT / name)
    tools = folder / ".tools"
    tools.mkdir()
    program = f'exec "{sys.executable}" -m autograder'
    for name, call in (
        (tools / "autograder", f'{program} "$@"'),
        (folder / "run_autograder", f'{program} run "$@"'),
    ):
        name.write_text(f"#!/bin/sh\n{call}\n")
        name.chmod(0o755)


def run_session(block: Block, folder: Path) -> list[list[str]]:
    """What each command of a session prints; they share one shell."""
    script = "".join(
        f"{command}\nstatus=$?; printf '{_MARK}'; (exit $status)\n"
        for command, _ in block.commands()
    )
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    printed = done.stdout.split(_MARK)[:-1]
    return [text.rstrip("\n").split("\n") if text.strip() else [] for text in printed]


def _environment(folder: Path) -> dict[str, str]:
    path = f"{folder / '.tools'}:/usr/local/bin:/usr/bin:/bin"
    return {"PATH": path, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "HOME": str(folder)}


def difference(claimed: list[str], printed: list[str]) -> str:
    """Where what is printed leaves what a page claims; empty where it does not."""
    claimed, printed = _comparable(claimed), _comparable(printed)
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else _line_pattern(line) for line in claimed
    )
    text = "".join(f"{line}\n" for line in printed)
    if re.fullmatch(pattern, text):
        return ""
    return "claimed:\n{}\nprinted:\n{}".format("\n".join(claimed), "\n".join(printed))


def _line_pattern(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.rstrip().split("...")) + "\n"


def _comparable(lines: list[str]) -> list[str]:
    """Lines without blank ones at the end, and without the time that something took."""
    kept = [_DURATION.sub(r"... \1", line) for line in lines]
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
