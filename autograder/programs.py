"""How processes of this program are started: so that they import nothing from the current folder.

Python's own `-m` looks there first, and there a student's `sympy.py` may lie. (`-P` keeps it from
doing so, but only from Python 3.11 on.)
"""

from __future__ import annotations

import sys
from typing import Final

_RUN: Final = (
    "import sys; sys.path[:] = filter(None, sys.path); import runpy; "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)


def command(module: str, *arguments: str) -> list[str]:
    """What starts a module as a program, as `python -m` does."""
    return [sys.executable, "-c", _RUN, module, *arguments]
