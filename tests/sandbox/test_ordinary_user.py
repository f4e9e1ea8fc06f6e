"""The sandbox's own tests, run once more as a user who is not root."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import ordinary_user

TESTS = ["tests/sandbox/test_confine.py", "tests/sandbox/test_job.py"]


@pytest.fixture(autouse=True)
def _needs_root() -> None:
    if reason := ordinary_user.why_not():
        pytest.skip(reason)


@pytest.mark.slow
@pytest.mark.parametrize("without", ["", "namespaces", "landlock"])
def test_an_ordinary_user_confines_as_well(without: str, tmp_path: Path) -> None:
    done = ordinary_user.run_as_user(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS],
        tmp_path / "home",
        {"AUTOGRADER_TEST_WITHOUT": without},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "passed" in done.stdout


def test_an_ordinary_user_without_landlock_and_namespaces_is_refused(tmp_path: Path) -> None:
    program = (
        "from autograder.sandbox.server import ForkServer\n"
        "with ForkServer(without=['landlock', 'namespaces']) as server:\n"
        "    server.job()\n"
    )
    done = ordinary_user.run_as_user([sys.executable, "-c", program], tmp_path / "home")
    assert done.returncode != 0
    assert "student code cannot be confined here: files: this kernel has no Landlock" in done.stderr
    assert "--unconfined" in done.stderr
