from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import server as server_module
from autograder.sandbox.server import ForkServer

ROOT = str(Path(__file__).resolve().parents[2])
OPERATIONS = ("tests.sandbox.operations", "autograder.sandbox.loading")


@pytest.fixture(scope="session")
def server() -> Iterator[ForkServer]:
    """A fork server without torch, for what has nothing to do with models."""
    assert server_module._ENVIRONMENT["PYTHONPATH"] == ROOT
    with ForkServer(
        operations=OPERATIONS, warm=["autograder.sandbox.loading:warm"], manners=False
    ) as running:
        yield running


@pytest.fixture(scope="session")
def open_server() -> Iterator[ForkServer]:
    """The same without confinement: the negative control."""
    with ForkServer(operations=OPERATIONS, confined=False, manners=False) as running:
        yield running
