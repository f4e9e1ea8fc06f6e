"""Opens the database and brings its tables to the newest version."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session, sessionmaker

from autograder.errors import InternalError, UsageError
from autograder.service.tables import Base

_MIGRATIONS: Final = Path(__file__).with_name("migrations")
# What is raised when the database does not answer, or its disk is full.
UNANSWERED: Final = (OperationalError, InterfaceError, NoConnection)
_BUSY_SECONDS: Final = 30
# Of libpq: a server that is gone without a word is noticed within half a minute, not in two hours.
_PATIENCE: Final = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


def reason(error: Exception) -> str:
    """The first line of why a database does not answer."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return str(said).strip().partition("\n")[0]


class Database:
    """One database, safe to share between threads; `begin` and `read` are transactions.

    `url` is SQLAlchemy's: `sqlite:////folder/service.db` or `postgresql+psycopg://user@host/name`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        try:
            self.engine = _engine(url, sqlite=self.is_sqlite)
        except ModuleNotFoundError as error:
            raise UsageError(
                f"{url.partition(':')[0]}: the driver {error.name} is not installed; "
                "install autograder[postgres]"
            ) from None
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        # One writes at a time in SQLite. Who waits for another process there sleeps and looks again;
        # threads that wait here go on at once.
        self._turns: contextlib.AbstractContextManager[object] = (
            threading.RLock() if self.is_sqlite else contextlib.nullcontext()
        )

    @contextlib.contextmanager
    def begin(self) -> Iterator[Session]:
        """A session in a transaction: committed at the end, rolled back when anything is raised."""
        with self._turns, self._sessions.begin() as session:
            yield session

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads; it waits for nobody who writes."""
        with self._sessions() as session:
            session.connection(execution_options={"reads_only": True})
            yield session

    def upsert(self, session: Session, row: Base, *changing: str) -> None:
        """Add a row, or where its key is there change these columns; safe when several try at once."""
        table = type(row).__table__
        values = {c.name: getattr(row, c.name) for c in table.columns if c.name in row.__dict__}
        add = sqlite_insert(type(row)) if self.is_sqlite else postgres_insert(type(row))
        add = add.values(**values)
        key = [column.name for column in table.primary_key]
        new = {name: values[name] for name in changing}
        if new:
            session.execute(add.on_conflict_do_update(index_elements=key, set_=new))
        else:
            session.execute(add.on_conflict_do_nothing(index_elements=key))

    def take_turns(self, session: Session, name: str) -> None:
        """Wait until no other transaction that takes turns under this name is open."""
        if not self.is_sqlite:  # where only one writes at a time
            lock = select(func.pg_advisory_xact_lock(func.hashtext(name)))
            session.execute(lock)

    def now(self, session: Session) -> float:
        """The time that all who use the database agree on, in seconds since 1970."""
        if self.is_sqlite:
            return time.time()
        return float(session.scalar(select(func.extract("epoch", func.clock_timestamp()))) or 0.0)

    def upgrade(self) -> None:
        """Make or bring up to date the tables; several processes may try at once.

        Raises:
            InternalError: the database does not answer, or is newer than this program.
        """
        config = _config()
        try:
            with self.engine.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(7264190)"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except UNANSWERED as error:
            raise InternalError(f"the database does not answer: {reason(error)}") from None
        except CommandError:
            raise InternalError(
                "the database was made by a newer version of this program; install that one"
            ) from None

    def check(self) -> None:
        """See that the tables are those of this program.

        Raises:
            UsageError: there are none, or others.
            OperationalError: the database does not answer.
        """
        wanted = ScriptDirectory.from_config(_config()).get_current_head()
        with self.engine.connect().execution_options(reads_only=True) as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        if found is None:
            raise UsageError("the database has no tables yet; start `autograder serve` first")
        if found != wanted:
            raise UsageError(
                f"the database's tables are of version {found}, this program's of {wanted}; "
                "install the service's version here"
            )

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def _engine(url: str, *, sqlite: bool) -> Engine:
    if not sqlite:
        return create_engine(
            url, pool_pre_ping=True, pool_size=10, max_overflow=20, connect_args=_PATIENCE
        )
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _begin_at_once)
    return engine


def _on_connect(connection: Any, _: object) -> None:
    """Write-ahead logging: readers never wait. Every commit is on disk before it is acknowledged."""
    assert isinstance(connection, sqlite3.Connection)
    # The driver's own transactions start too late to be serialisable.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_at_once(connection: Any) -> None:
    """Take the write lock first: a transaction that reads, then writes, cannot fail in the middle."""
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
