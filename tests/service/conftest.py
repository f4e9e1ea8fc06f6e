"""A database of its own for each test: SQLite, and PostgreSQL where its server is installed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.service.database import Database
from tests.service.postgres import Server, binaries

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    if binaries() is None:
        pytest.skip("PostgreSQL's server is not installed")
    server = Server()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with its tables."""
    url = f"sqlite:///{tmp_path / 'service.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").new_database(f"test_{next(_NUMBERS)}")
    opened = Database(url)
    opened.upgrade()
    yield opened
    opened.close()
