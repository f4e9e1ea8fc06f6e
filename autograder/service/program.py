"""Which program grades: every worker of a service must be of the same one, or grades would differ."""

from __future__ import annotations

from typing import Final

from autograder import __version__
from autograder.errors import UsageError
from autograder.grading.digests import code_digest
from autograder.service.database import Database
from autograder.service.tables import Setting

_PROGRAM: Final = "program"


def program() -> str:
    """This program: its version, and the beginning of its files' digest."""
    return f"{__version__} ({code_digest()[:12]})"


def announce(database: Database) -> None:
    """Say, as the server that has just started, which program is in use."""
    with database.begin() as session:
        database.upsert(session, Setting(name=_PROGRAM, value=program()), "value")


def check(database: Database) -> None:
    """See that this is the program that the server announced, with the tables that it made.

    Raises:
        UsageError: it is not.
        OperationalError: the database does not answer.
    """
    database.check()
    with database.read() as session:
        announced = session.get(Setting, _PROGRAM)
    if announced is not None and announced.value != program():
        raise UsageError(
            f"the service runs autograder {announced.value}, this worker is {program()}; "
            "install the same version on both, and start again"
        )
