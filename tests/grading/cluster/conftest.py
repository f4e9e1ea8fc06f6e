"""A cluster of two nodes on this machine, started once; its token is nobody else's."""

from __future__ import annotations

import contextlib
import importlib.util
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.exercise.model import Exercise
from tests.grading.batch.classroom import make_exercise

NODES = Path(__file__).with_name("nodes.py")


class Nodes:
    """The cluster, as its keeper in another process tells of it."""

    def __init__(self, folder: Path, others: int = 1) -> None:
        self.folder = folder
        with (folder / "stderr").open("wb") as errors:
            self.keeper = subprocess.Popen(
                [sys.executable, str(NODES), str(folder / "ray"), str(others)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd="/",
                start_new_session=True,
            )
        assert self.keeper.stdout is not None
        self.address = self.keeper.stdout.readline().strip()
        assert self.address, (folder / "stderr").read_text()

    def tell(self, word: str) -> None:
        assert self.keeper.stdin is not None
        assert self.keeper.stdout is not None
        self.keeper.stdin.write(f"{word}\n")
        self.keeper.stdin.flush()
        assert self.keeper.stdout.readline() == "done\n"

    def close(self) -> None:
        assert self.keeper.stdin is not None
        assert self.keeper.stdout is not None
        self.keeper.stdin.close()
        self.keeper.wait(timeout=60)
        self.keeper.stdout.close()


@contextlib.contextmanager
def started(mode: str, others: int) -> Iterator[Nodes]:
    if importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is not installed; ./setup.sh test installs it")
    # Sockets lie below the folder, and their names may not be long.
    folder = Path(tempfile.mkdtemp(prefix="agt-", dir="/tmp"))
    token = folder / "token"
    token.write_text(secrets.token_hex(16))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", mode)
        patch.setenv("RAY_AUTH_TOKEN_PATH", str(token))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        nodes = Nodes(folder, others)
        try:
            yield nodes
        finally:
            nodes.close()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Nodes]:
    with started("token", others=1) as nodes:
        yield nodes


@pytest.fixture
def open_cluster() -> Iterator[Nodes]:
    """One that asks for no token."""
    with started("disabled", others=0) as nodes:
        yield nodes


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    return make_exercise(tmp_path / "exercise")
