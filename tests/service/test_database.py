"""The tables are those that the code declares, whichever way they were made."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

from autograder.errors import InternalError, UsageError
from autograder.service import blobs
from autograder.service.database import Database
from autograder.service.tables import Base, Blob, Setting


def test_the_migrations_make_the_declared_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_is_harmless(database: Database) -> None:
    with database.begin() as session:
        blobs.put(database, session, b"kept")
    database.upgrade()
    with database.read() as session:
        assert session.scalars(select(Blob.data)).all() == [b"kept"]


def test_bytes_are_kept_once_and_damage_is_noticed(database: Database) -> None:
    with database.begin() as session:
        digest = blobs.put(database, session, b"x" * 1000)
        assert blobs.put(database, session, b"x" * 1000) == digest
        assert blobs.get(session, digest) == b"x" * 1000
        with pytest.raises(InternalError, match="missing or damaged"):
            blobs.get(session, "0" * 64)
        blob = session.get(Blob, digest)
        assert blob is not None
        blob.data = b"y"
        with pytest.raises(InternalError, match="missing or damaged"):
            blobs.get(session, digest)


def test_an_exception_leaves_nothing_behind(database: Database) -> None:
    def fail() -> None:
        with database.begin() as session:
            blobs.put(database, session, b"gone")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as session:
        assert session.scalars(select(Blob)).all() == []


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.begin() as writing:
        blobs.put(database, writing, b"new")
        seen: list[int] = []

        def read() -> None:
            with database.read() as session:
                seen.append(len(session.scalars(select(Blob)).all()))

        reader = threading.Thread(target=read)
        reader.start()
        reader.join(10)
        assert seen == [0]


def test_the_same_bytes_from_many_at_once_are_kept_once(database: Database) -> None:
    problems: list[Exception] = []

    def write() -> None:
        try:
            for place in range(10):
                with database.begin() as session:
                    blobs.put(database, session, f"{place}".encode())
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    with database.read() as session:
        assert len(session.scalars(select(Blob.data)).all()) == 10


def test_adding_a_row_that_is_there_changes_it(database: Database) -> None:
    with database.begin() as session:
        for value in ("first", "second"):
            database.upsert(session, Setting(name="a", value=value), "value")
        database.upsert(session, Setting(name="a", value="third"))
        assert session.scalars(select(Setting.value)).all() == ["second"]


def test_a_missing_driver_is_one_clear_line() -> None:
    with pytest.raises(UsageError, match=r"install autograder\[postgres\]"):
        Database("postgresql+psycopg2://somewhere/service")


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    lost = Database(f"sqlite:///{tmp_path / 'nowhere' / 'service.db'}")
    with pytest.raises(InternalError, match="does not answer"):
        lost.upgrade()


def test_a_newer_database_is_refused_in_one_line(database: Database) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InternalError, match="newer version"):
        database.upgrade()
