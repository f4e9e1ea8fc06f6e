"""Everything that the pages of a service work with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.checks.catalogue import load
from autograder.errors import UsageError
from autograder.exercise.find import exercise_folders
from autograder.service import program
from autograder.service.database import Database
from autograder.service.doors import Doors
from autograder.service.exercises import Exercises
from autograder.service.glances import Glances
from autograder.service.live import Checkers
from autograder.service.post import Post
from autograder.service.queue import Queue
from autograder.service.roster import enrol
from autograder.service.settings import Settings
from autograder.service.tables import Person
from autograder.service.validation import Validations
from autograder.submission.roster import Student

if TYPE_CHECKING:
    from autograder.service.oidc import Provider

_FIRST_LINK_SECONDS: Final = 86_400.0


@dataclass
class Service:
    """A service that has been opened; `close` it, or use it as a context manager."""

    settings: Settings
    database: Database
    exercises: Exercises
    glances: Glances
    queue: Queue
    doors: Doors
    checkers: Checkers
    validations: Validations
    provider: Provider | None = None
    post: Post | None = None

    @classmethod
    def open(cls, settings: Settings, checkers: int = 1) -> Service:
        """Open a service's folder and database, and make what is not there.

        So many `checkers` judge answers while they are typed; `checkers.start` starts them.

        Raises:
            UsageError: the folder cannot be used, or what the settings want is not installed.
            InternalError: the database does not answer.
        """
        try:
            settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise UsageError(f"cannot use {settings.folder}: {error.strerror}") from None
        provider = _provider(settings)
        database = Database(settings.database_url)
        database.upgrade()
        program.announce(database)
        exercises = Exercises(database)
        doors = Doors(database)
        return cls(
            settings,
            database,
            exercises,
            Glances(exercises),
            Queue(database),
            doors,
            Checkers(checkers),
            Validations(database),
            provider,
            Post(database, doors, settings, settings.mail) if settings.mail else None,
        )

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process and thread, and close the database."""
        if self.post:
            self.post.close()
        self.validations.close()
        self.checkers.close()
        self.exercises.close()
        self.database.close()

    def publish(self, folders: list[Path] | None = None) -> list[str]:
        """Put the exercises of these folders, or the shipped ones, into use; returns the changed ids."""
        changed = []
        for folder in exercise_folders() if folders is None else folders:
            exercise = load(folder)
            with self.database.begin() as session:
                if self.exercises.publish(session, exercise, note=f"published from {folder.name}"):
                    changed.append(exercise.id)
        return changed

    def instructor(self, session: Session) -> Person:
        """The first instructor, made when there is none."""
        first = select(Person).where(Person.role == "instructor").order_by(Person.id).limit(1)
        person = session.scalar(first)
        if person is None:
            person = Person(role="instructor", name="Instructor")
            session.add(person)
            session.flush()
        return person

    def appoint(self) -> None:
        """Make those instructors whom the settings name and who are not there yet."""
        with self.database.begin() as session:
            enrol(
                session, [Student("", "", one) for one in self.settings.instructors], "instructor"
            )

    def has_password(self) -> bool:
        """Whether an instructor can log in with a password."""
        with self.database.read() as session:
            protected = Person.role == "instructor", Person.password.is_not(None)
            return session.scalar(select(Person.id).where(*protected).limit(1)) is not None

    def instructor_link(self) -> str:
        """An address that lets the instructor in once, within a day."""
        with self.database.begin() as session:
            person = self.instructor(session)
            secret = self.doors.invite(session, person.id, _FIRST_LINK_SECONDS)
        return f"{self.settings.public_url}/enter/{secret}"


def _provider(settings: Settings) -> Provider | None:
    if settings.university is None:
        return None
    try:
        from autograder.service.oidc import Provider
    except ModuleNotFoundError as error:
        raise UsageError(
            f"--oidc: {error.name} is not installed; install autograder[oidc]"
        ) from None
    return Provider(settings.university, f"{settings.public_url}/oidc/back")
