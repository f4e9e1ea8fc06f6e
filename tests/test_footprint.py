"""A theory-only exercise needs neither torch nor much memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import HEAD, ROOT

SCRIPT = """
import resource, sys
from autograder.cli.app import run
code = run(sys.argv[1:])
peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print('peak', sum(peaks) // 1024)
sys.exit(code or ('torch' in sys.modules))
"""


def test_theory_fits_into_300_megabytes(tmp_path: Path) -> None:
    (tmp_path / "exercise.yaml").write_text(
        HEAD
        + "questions:\n"
        + "  - {id: it, kind: expression, title: It, symbols: {t: real}, answer: sin(t)^2 + cos(t)^2}\n"
    )
    (tmp_path / "answers.yaml").write_text("it: 1")
    # Through a shell that forks once more: Linux counts the peak of whoever forked a process as its
    # own, and the process of the tests is large.
    command = [sys.executable, "-c", SCRIPT, "run", tmp_path, tmp_path / "answers.yaml"]
    done = subprocess.run(
        ["sh", "-c", '"$@"; exit $?', "sh", *map(str, command)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )
    assert done.returncode == 0, done
    assert "Total: 1 of 1 points" in done.stdout
    # The grader and SymPy's worker together.
    assert int(done.stdout.split("peak ")[1]) < 300
