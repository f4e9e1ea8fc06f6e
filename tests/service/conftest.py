"""A database of its own for each test: SQLite, and PostgreSQL where a server can be started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.service.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database with its tables."""
    opened = Database(f"sqlite:///{tmp_path / 'service.db'}")
    opened.upgrade()
    yield opened
    opened.close()
