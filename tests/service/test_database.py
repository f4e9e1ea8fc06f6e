"""The tables are those that the code declares, whichever way they were made."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from autograder.errors import InternalError, UsageError
from autograder.service import blobs
from autograder.service.database import Database
from autograder.service.tables import Base, Blob


def test_the_migrations_make_the_declared_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_is_harmless(database: Database) -> None:
    with database.begin() as session:
        blobs.put(session, b"kept")
    database.upgrade()
    with database.read() as session:
        assert session.scalars(select(Blob.data)).all() == [b"kept"]


def test_bytes_are_kept_once_and_damage_is_noticed(database: Database) -> None:
    with database.begin() as session:
        digest = blobs.put(session, b"x" * 1000)
        assert blobs.put(session, b"x" * 1000) == digest
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
            blobs.put(session, b"gone")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as session:
        assert session.scalars(select(Blob)).all() == []


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.begin() as writing:
        blobs.put(writing, b"new")
        seen: list[int] = []

        def read() -> None:
            with database.read() as session:
                seen.append(len(session.scalars(select(Blob)).all()))

        reader = threading.Thread(target=read)
        reader.start()
        reader.join(10)
        assert seen == [0]


def test_writers_wait_for_each_other(database: Database) -> None:
    def write(number: int) -> None:
        for place in range(10):
            with database.begin() as session:
                before = len(session.scalars(select(Blob)).all())
                blobs.put(session, f"{number} {place} {before}".encode())

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        counts = sorted(int(data.split()[2]) for data in session.scalars(select(Blob.data)))
    assert counts == list(range(40))


def test_a_missing_driver_is_one_clear_line() -> None:
    with pytest.raises(UsageError, match=r"install autograder\[postgres\]"):
        Database("postgresql+psycopg2://somewhere/service")


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    lost = Database(f"sqlite:///{tmp_path / 'nowhere' / 'service.db'}")
    with pytest.raises(InternalError, match="does not answer"):
        lost.upgrade()
