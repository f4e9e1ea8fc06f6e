"""Takes in what a student hands in: stored with its job in one transaction, then acknowledged."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.errors import UsageError
from autograder.service import blobs
from autograder.service.database import Database
from autograder.service.queue import Queue
from autograder.service.tables import File, Submission, Version
from autograder.submission.files import FileSet, read_files

MOST_FILES: Final = 50
MOST_BYTES: Final = 32 << 20
TYPED: Final = "answers.yaml"
_LONGEST_NAME: Final = 200

# A written answer: a text, or the texts of its fields.
Typed = str | dict[str, str]


def accept(
    database: Database,
    session: Session,
    person: int,
    version: Version,
    files: Mapping[str, bytes],
    typed: Mapping[str, Typed],
) -> str:
    """Store a submission and let its grading wait; returns its id.

    `files` are uploads by name, `typed` the written answers by question.

    Raises:
        UsageError: there is nothing in it, or too much.
    """
    answers = {question: answer for question, answer in typed.items() if _says_something(answer)}
    stored = {_safe(name): data for name, data in files.items()}
    if answers:
        stored[_free(TYPED, stored)] = yaml.safe_dump(answers, allow_unicode=True).encode()
    _refuse(stored)
    identifier = secrets.token_urlsafe(12)
    now = database.now(session)
    submission = Submission(id=identifier, exercise=version.exercise, person=person, created=now)
    session.add(submission)
    session.flush()
    for name, data in stored.items():
        digest = blobs.put(database, session, data)
        session.add(File(submission=identifier, name=name, blob=digest, size=len(data)))
    Queue(database).add(session, identifier, version.id)
    return identifier


def files_of(session: Session, submission: str) -> FileSet:
    """The files of a submission, read as a folder that was handed in."""
    rows = session.scalars(select(File).where(File.submission == submission))
    with tempfile.TemporaryDirectory(prefix="autograder-submission-") as folder:
        for file in rows:
            (Path(folder) / file.name).write_bytes(blobs.get(session, file.blob))
        return read_files([Path(folder)])


def _says_something(answer: Typed) -> bool:
    texts = [answer] if isinstance(answer, str) else answer.values()
    return any(text.strip() for text in texts)


def _refuse(stored: Mapping[str, bytes]) -> None:
    if not stored:
        raise UsageError("there is nothing to hand in: write an answer or choose a file")
    if len(stored) > MOST_FILES:
        raise UsageError(f"there are {len(stored)} files; hand in a zip, or {MOST_FILES} at most")
    if sum(map(len, stored.values())) > MOST_BYTES:
        raise UsageError(f"the files are larger than {MOST_BYTES >> 20} MiB together")


def _safe(name: str) -> str:
    """The last part of a name, without what no file name needs."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(letter for letter in last if letter.isprintable()).lstrip(".")
    # The end says what it is. A name is so many bytes long at most, whatever its alphabet.
    while len(kept.encode()) > _LONGEST_NAME:
        kept = kept[1:]
    return kept or "file"


def _free(name: str, taken: Mapping[str, bytes]) -> str:
    """A name that is not taken yet, which sorts behind the one that is."""
    path, number = PurePosixPath(name), 2
    while name in taken:
        name, number = f"{path.stem}-{number}{path.suffix}", number + 1
    return name
