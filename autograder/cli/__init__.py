"""The command line: one module for each verb, each one call into the library."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `autograder`; never returns."""
    from autograder.cli.app import run

    sys.exit(run(sys.argv[1:]))
