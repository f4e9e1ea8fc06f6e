"""What the service keeps, in one database: SQLite for one machine, PostgreSQL for several.

Bytes lie in the database, too, by their digest: a submission and its files are stored in one
transaction, workers on other machines need no shared folder, and a backup is one dump. Times are
seconds since 1970 in UTC.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The base of all tables."""


class Blob(Base):
    """Bytes by their SHA-256 digest in hexadecimal; never changed."""

    __tablename__ = "blobs"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Version(Base):
    """A state of an exercise: the bundle of its files. The newest of an exercise is the one in use.

    It was published from a `folder`, or made on a `page` by somebody out of the one before. `known`
    holds its starter and its known submissions, which grade nothing and show that it grades well.
    """

    __tablename__ = "versions"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    exercise: Mapped[str] = mapped_column(String(100), index=True)
    bundle: Mapped[str] = mapped_column(ForeignKey("blobs.digest"))
    created: Mapped[float]
    origin: Mapped[str] = mapped_column(String(8), default="folder")
    note: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(Text, default="")
    known: Mapped[str] = mapped_column(String(64), default="")


class Person(Base):
    """A student, an instructor or a former one (`role`).

    `number` is the university's; `password` is an argon2 hash.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(320), default="", index=True)
    password: Mapped[str | None] = mapped_column(Text, default=None)
    # Cookies of an earlier series are refused, which ends every visit of the person at once.
    series: Mapped[int] = mapped_column(default=0)

    @property
    def called(self) -> str:
        """What pages call the person."""
        return self.name or self.email or self.number or "Instructor"


class Link(Base):
    """A door that opens once: the digest of a secret, whom it lets in, and until when."""

    __tablename__ = "links"

    secret: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    expires: Mapped[float]
    used: Mapped[float | None]


class Mail(Base):
    """A link that is to be mailed: to a `person` whom an instructor chose, or to who asked at an `address`.

    The link is made when the mail is sent, so that its secret is never stored. `due` is when it is tried
    next; it is moved on before each try, for the case that a server dies meanwhile.
    """

    __tablename__ = "mails"
    __table_args__ = (Index("mails_waiting", "state", "due"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True, default=None
    )
    address: Mapped[str] = mapped_column(String(320), default="")
    state: Mapped[str] = mapped_column(String(8), default="waiting")  # sent, failed
    created: Mapped[float]
    due: Mapped[float]
    tries: Mapped[int] = mapped_column(default=0)
    sent: Mapped[float | None]
    problem: Mapped[str] = mapped_column(Text, default="")


class Submission(Base):
    """What a person handed in for an exercise; `id` is random, so that it tells nothing."""

    __tablename__ = "submissions"
    __table_args__ = (Index("submissions_of", "exercise", "person", "created"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    exercise: Mapped[str] = mapped_column(String(100))
    person: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    created: Mapped[float]


class File(Base):
    """A file of a submission: its name and its bytes."""

    __tablename__ = "files"

    submission: Mapped[str] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(400), primary_key=True)
    blob: Mapped[str] = mapped_column(ForeignKey("blobs.digest"))
    size: Mapped[int]


class Job(Base):
    """A grading of a submission by a version of its exercise.

    A worker that claims it gets a `lease`, a secret that is good until `lease_until` unless renewed.
    Only who holds the lease may finish the job, so that it has one result whatever workers do.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("submission", "version"),
        Index("jobs_waiting", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    submission: Mapped[str] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    state: Mapped[str] = mapped_column(String(8), default="waiting")  # leased, done, failed
    lease: Mapped[str | None] = mapped_column(String(32), default=None)
    lease_until: Mapped[float | None]
    worker: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    created: Mapped[float]
    finished: Mapped[float | None]
    # The grade as `autograder.checks.record` writes it; while leased, the part that is done.
    record: Mapped[str | None] = mapped_column(Text, default=None)
    done: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(Text, default="")


class Draft(Base):
    """A written answer as it was typed last."""

    __tablename__ = "drafts"

    person: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    exercise: Mapped[str] = mapped_column(String(100), primary_key=True)
    question: Mapped[str] = mapped_column(String(100), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    changed: Mapped[float]


class Attempt(Base):
    """A written answer that a student had checked before handing in, and what came of it."""

    __tablename__ = "attempts"
    __table_args__ = (Index("attempts_of", "person", "exercise", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    exercise: Mapped[str] = mapped_column(String(100))
    question: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    record: Mapped[str] = mapped_column(Text)
    created: Mapped[float]


class Correction(Base):
    """A person's word on a question of a submission; the newest counts, unless it is `withdrawn`."""

    __tablename__ = "corrections"
    __table_args__ = (Index("corrections_of", "submission", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    submission: Mapped[str] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(100))
    credit: Mapped[float]
    feedback: Mapped[str] = mapped_column(Text, default="")
    # What the rubric held then, and what of it was ticked, as `autograder.service.rubric` writes it.
    rubric: Mapped[str] = mapped_column(Text, default="")
    withdrawn: Mapped[bool] = mapped_column(default=False)
    by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created: Mapped[float]


class Validation(Base):
    """What an exercise proved about itself: the findings on a version, a JSON object a line.

    It runs until `finished`; one that has not been `seen` for long ended with its process.
    """

    __tablename__ = "validations"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    version: Mapped[int] = mapped_column(ForeignKey("versions.id"), index=True)
    quick: Mapped[bool]
    by: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[float]
    seen: Mapped[float]
    finished: Mapped[float | None]
    findings: Mapped[str] = mapped_column(Text, default="")
    problem: Mapped[str] = mapped_column(Text, default="")


class Worker(Base):
    """A worker and when it was last heard of."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    started: Mapped[float]
    seen: Mapped[float]
    graded: Mapped[int] = mapped_column(default=0)


class Token(Base):
    """A key to the API: the digest of a secret, and for what it was made."""

    __tablename__ = "tokens"

    secret: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    note: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[float]
    used: Mapped[float | None]


class Repeat(Base):
    """A request that a script may send again: digests of its key and content, and what it made."""

    __tablename__ = "repeats"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[str] = mapped_column(String(64))
    submission: Mapped[str] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))


class Setting(Base):
    """A value that every server of the service shares, such as the key that signs cookies."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
