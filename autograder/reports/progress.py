"""How far a class is: a bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.reports.book import Entry
from autograder.reports.escape import printable

_SECONDS: Final = 10.0
_SHARE: Final = 0.1


class ClassProgress:
    """Shows each entry as it comes; use it as a context manager."""

    def __init__(self, total: int, console: Console) -> None:
        self.total = total
        self.console = console
        self.states: Counter[str] = Counter()
        self._bar = _bar(console) if console.is_terminal else None
        self._task = self._bar.add_task("", total=total, counts="") if self._bar else None
        self._told = (0, time.monotonic())

    def __enter__(self) -> ClassProgress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def add(self, entry: Entry) -> None:
        """Another one is there."""
        self.states[entry.state] += 1
        if self._bar is not None and self._task is not None:
            name = printable(entry.id, 30)
            self._bar.update(self._task, advance=1, description=name, counts=self._counts())
        else:
            self._tell()

    def _tell(self) -> None:
        """A line for every tenth of the class, or after some seconds."""
        done, (before, when) = sum(self.states.values()), self._told
        late = time.monotonic() - when >= _SECONDS
        if done == self.total or done - before >= _SHARE * self.total or late:
            self.console.print(f"{done} of {self.total}: {self._counts()}", soft_wrap=True)
            self._told = (done, time.monotonic())

    def _counts(self) -> str:
        return ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<30}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}", markup=False),
        console=console,
        transient=True,
    )
