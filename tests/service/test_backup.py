"""What docs/service.md says about backup and restore, done as it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from autograder.service import blobs
from autograder.service.database import Database
from autograder.service.tables import Base, File, Person
from tests.conftest import ROOT
from tests.service.courses import Course
from tests.service.postgres import Server, binaries

DOCUMENT = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")


def documented(start: str) -> str:
    """The command of the document that begins so, without its comment."""
    found = re.findall(rf"^    ({re.escape(start)}.*)$", DOCUMENT, re.MULTILINE)
    assert len(found) == 1, (start, found)
    return re.sub(r"\s{2,}#.*", "", found[0])


def run(line: str, folder: Path, **environment: str) -> None:
    done = subprocess.run(
        line, shell=True, cwd=folder, env={**os.environ, **environment}, capture_output=True
    )
    assert done.returncode == 0, (line, done.stderr.decode())


def content(opened: Database) -> dict[str, int]:
    with opened.read() as session:
        counts = {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in TABLES}
        for file in session.scalars(select(File)):
            assert len(blobs.get(session, file.blob)) == file.size
    return counts


TABLES = Base.metadata.sorted_tables


def test_sqlite_is_backed_up_while_it_runs_and_restored(tmp_path: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("the program sqlite3 is not installed")
    place = tmp_path / "srv"
    place.mkdir()
    opened = Database(f"sqlite:///{place / 'service.db'}")
    opened.upgrade()
    course = Course(opened, tmp_path / "sample")
    course.hand_in("n + 1")
    backup, restore = (
        documented(start).replace("/srv/course", str(place)) for start in ("sqlite3 ", "rm ")
    )
    with opened.begin() as session:  # somebody is at work meanwhile
        session.add(Person(role="student"))
        run(backup, tmp_path)
    before = content(opened)
    course.hand_in("n + 2")
    course.exercises.close()
    opened.close()
    run(restore, tmp_path)
    restored = Database(f"sqlite:///{place / 'service.db'}")
    restored.upgrade()
    assert content(restored) == {**before, "people": before["people"] - 1}
    restored.close()


@pytest.fixture
def server() -> Iterator[Server]:
    if binaries() is None or shutil.which("pg_dump") is None:
        pytest.skip("PostgreSQL's programs are not installed")
    server = Server()
    yield server
    server.close()


def test_postgresql_is_backed_up_and_restored(server: Server, tmp_path: Path) -> None:
    opened = Database(server.new_database("course"))
    opened.upgrade()
    course = Course(opened, tmp_path / "sample")
    course.hand_in("n + 1")
    before = content(opened)
    reach = {"PGHOST": str(server.folder), "PGUSER": "tester"}
    run(documented("pg_dump "), tmp_path, **reach)
    course.hand_in("n + 2")
    course.exercises.close()
    opened.close()
    run(documented("pg_restore "), tmp_path, **reach)
    restored = Database(opened.url)
    restored.upgrade()
    assert content(restored) == before
    restored.close()
