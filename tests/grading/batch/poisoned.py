"""A worker on which some submissions are poison; `python -m` runs it in the worker's place."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from autograder.grading.batch import worker

_record_of = worker.record_of


def record_of(exercise, files, *rest, **more):
    content = b"".join(files.files.values())
    if b"POISON-KILL" in content:
        os.kill(os.getpid(), signal.SIGKILL)
    if content.startswith(b"POISON-ONCE"):
        mark = Path(content.split()[1].decode())
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    if b"POISON-HANG" in content:
        time.sleep(600)
    if b"POISON-SLOW" in content:
        time.sleep(1.0)
    if b"POISON-RAISE" in content:
        raise RuntimeError("poisoned")
    return _record_of(exercise, files, *rest, **more)


if __name__ == "__main__":
    worker.record_of = record_of
    sys.exit(worker.main())
