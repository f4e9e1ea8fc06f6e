"""An older database is brought up to date with everything that is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

import autograder.service.database as database_module
from autograder.service.database import Database
from autograder.service.tables import Correction, Version

_MIGRATIONS = Path(database_module.__file__).with_name("migrations")
_FIRST_ROWS = (
    "INSERT INTO blobs VALUES ('d', 'x')",
    "INSERT INTO people VALUES (1, 'student', 'Ada', '', 'a@x.org', NULL, 0)",
    "INSERT INTO versions VALUES (1, 'sample', 'd', 1.5, 'folder', 'first')",
    "INSERT INTO submissions VALUES ('s', 'sample', 1, 2.5)",
    "INSERT INTO corrections VALUES (1, 's', 'why', 0.5, 'so', 1, 3.5)",
)


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database as the first version of the service made it, with something in it."""
    url = f"sqlite:///{tmp_path / 'service.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").new_database("an_older_one")
    opened = Database(url)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with opened.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for row in _FIRST_ROWS:
            connection.execute(text(row))
    yield opened
    opened.close()


def test_what_an_older_service_kept_is_there_after_an_upgrade(old: Database) -> None:
    old.upgrade()
    with old.read() as session:
        correction = session.scalars(select(Correction)).one()
        assert (correction.credit, correction.feedback, correction.rubric) == (0.5, "so", "")
        assert not correction.withdrawn
        version = session.scalars(select(Version)).one()
        assert (version.note, version.by, version.known) == ("first", "", "")
