"""The sandbox's own tests, run once more as a user who is not root."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ordinary_user

TESTS = [
    "tests/sandbox/test_confine.py",
    "tests/sandbox/test_job.py",
    "tests/sandbox/test_shared.py",
]


@pytest.fixture(autouse=True)
def _needs_root() -> None:
    if reason := ordinary_user.why_not():
        pytest.skip(reason)


@pytest.fixture
def home() -> Iterator[Path]:
    """Not below pytest's own folder, which every other run of pytest closes again."""
    with tempfile.TemporaryDirectory(prefix="autograder-user-") as folder:
        yield Path(folder) / "home"


@pytest.mark.slow
@pytest.mark.parametrize("without", ["", "namespaces", "landlock"])
def test_an_ordinary_user_confines_as_well(without: str, home: Path) -> None:
    done = ordinary_user.run_as_user(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS],
        home,
        {"AUTOGRADER_TEST_WITHOUT": without},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "passed" in done.stdout


def test_an_ordinary_user_without_landlock_and_namespaces_is_refused(home: Path) -> None:
    program = (
        "from autograder.sandbox.server import ForkServer\n"
        "with ForkServer(without=['landlock', 'namespaces']) as server:\n"
        "    server.job()\n"
    )
    done = ordinary_user.run_as_user([sys.executable, "-c", program], home)
    assert done.returncode != 0
    assert "student code cannot be confined here: files: this kernel has no Landlock" in done.stderr
    assert "--unconfined" in done.stderr
