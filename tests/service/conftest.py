"""A database of its own for each test, on SQLite and on PostgreSQL where it is installed; a service."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.service.database import Database
from autograder.service.service import Service
from tests.service.mailbox import Mailbox
from tests.service.postgres import Server, binaries
from tests.service.visitors import Visitor, come_in, serving

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


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service with one exercise and two students."""
    with serving(tmp_path) as opened:
        yield opened


@pytest.fixture
def visit(service: Service) -> Callable[[str], Visitor]:
    """Lets somebody in by name."""
    return functools.partial(come_in, service)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.close()
