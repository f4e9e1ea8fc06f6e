"""The console that everything is printed on: coloured on a terminal, plain text elsewhere."""

from __future__ import annotations

import sys
from typing import IO, Final

from rich.console import Console

PLAIN_WIDTH: Final = 100


def console_for(stream: IO[str] | None = None) -> Console:
    """A console for standard output: rich on a terminal, plain elsewhere and under NO_COLOR."""
    stream = stream or sys.stdout
    if stream.isatty():
        return Console(file=stream, highlight=False)
    return Console(file=stream, highlight=False, width=PLAIN_WIDTH, no_color=True, soft_wrap=False)
