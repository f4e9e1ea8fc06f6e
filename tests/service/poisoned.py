"""A grading process on which some submissions are poison; `python -m` runs it in the real one's place."""

from __future__ import annotations

import os
import signal
import sys
import time

from autograder.service import grader

_grade_files = grader.grade_files


def grade_files(exercise, files, *rest, on_outcome, **more):
    content = b"".join(files.files.values())
    if b"POISON-KILL" in content:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"POISON-RAISE" in content:
        raise RuntimeError("poisoned")
    if b"POISON-SLOW" in content:
        time.sleep(1.5)
    graded = _grade_files(exercise, files, *rest, on_outcome=on_outcome, **more)
    if b"POISON-HANG" in content:
        time.sleep(600)
    return graded


if __name__ == "__main__":
    grader.grade_files = grade_files
    sys.exit(grader.main())
