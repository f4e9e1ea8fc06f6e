"""The same attacks where the grader is an ordinary user, who can change neither user nor group."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from tests import ordinary_user


@pytest.mark.slow
def test_attacks_on_an_ordinary_user_fail_too() -> None:
    """Student code runs as the same user as its grader: only the other layers are between them."""
    if reason := ordinary_user.why_not():
        pytest.skip(reason)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"]
    command += ["tests/attacks/test_attacks.py", "-k", "it_fails and (code/ or pages/ or tables/)"]
    # Not below pytest's own folder, which every other run of pytest closes again.
    with tempfile.TemporaryDirectory(prefix="attacked-user-") as folder:
        done = ordinary_user.run_as_user(command, Path(folder) / "home")
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
