"""`python -m autograder.cli.harness`: what run_autograder calls inside Gradescope's layout."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> int:
    """Grade ROOT/submission, where ROOT is AUTOGRADER_ROOT or /autograder."""
    from autograder.grading.harness import run_harness

    return run_harness(Path(os.environ.get("AUTOGRADER_ROOT") or "/autograder"))


if __name__ == "__main__":
    sys.exit(main())
