"""Takes in what a student hands in: stored with its job in one transaction, then acknowledged."""

from __future__ import annotations

import re
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
from autograder.submission.files import FileSet, is_junk, may_be_graded, read_files

MOST_FILES: Final = 50
MOST_BYTES: Final = 32 << 20
TYPED: Final = "answers.yaml"
_IS_TYPED: Final = re.compile(r"answers(-\d+)?\.yaml").fullmatch
_LONGEST_NAME: Final = 200
_CLOSED: Final = frozenset((".rar", ".7z", ".tar", ".gz", ".tgz", ".xz"))
_GRADED: Final = "a notebook, Python or text files, or a zip"

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
        UsageError: there is nothing in it, too much, or nothing that can be graded.
    """
    answers = {question: answer for question, answer in typed.items() if _says_something(answer)}
    stored = {name: data for name, data in _named(files).items() if not is_junk(name)}
    _refuse_useless(stored, answers)
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


def uploads_of(session: Session, submission: str) -> dict[str, bytes]:
    """The files of a submission by name, without the answers that were typed."""
    rows = session.scalars(select(File).where(File.submission == submission).order_by(File.name))
    return {row.name: blobs.get(session, row.blob) for row in rows if not _IS_TYPED(row.name)}


def upload_names(session: Session, submission: str) -> list[str]:
    """The names of these files."""
    names = select(File.name).where(File.submission == submission).order_by(File.name)
    return [name for name in session.scalars(names) if not _IS_TYPED(name)]


def files_of(session: Session, submission: str) -> FileSet:
    """The files of a submission, read as a folder that was handed in."""
    rows = session.scalars(select(File).where(File.submission == submission))
    with tempfile.TemporaryDirectory(prefix="autograder-submission-") as folder:
        for file in rows:
            path = Path(folder) / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(blobs.get(session, file.blob))
        return read_files([Path(folder)])


def _named(files: Mapping[str, bytes]) -> dict[str, bytes]:
    named: dict[str, bytes] = {}
    for name, data in files.items():
        named[_free(_safe(name), named)] = data
    return named


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


def _refuse_useless(files: Mapping[str, bytes], answers: Mapping[str, Typed]) -> None:
    """Files that hold nothing to grade are a mistake that can be mended at once."""
    for name in files:
        if PurePosixPath(name.lower()).suffix in _CLOSED:
            raise UsageError(f"{name} cannot be opened here; pack it as a zip")
    useful = [name for name in files if may_be_graded(name) or name.lower().endswith(".zip")]
    if files and not useful and not answers:
        raise UsageError(f"{next(iter(files))} cannot be graded; hand in {_GRADED}")
    if useful and not any(files[name] for name in useful):
        raise UsageError(f"{useful[0]} is empty")


def _safe(name: str) -> str:
    """A name without what no file name needs; the folders it lies in stay, as a zip's do."""
    parts = [_safe_part(part) for part in PurePosixPath(name.replace("\\", "/")).parts]
    kept = [part for part in parts if part]
    # The end says what it is. A name is so many bytes long at most, whatever its alphabet.
    while len(kept) > 1 and len("/".join(kept).encode()) > _LONGEST_NAME:
        kept = kept[1:]
    return "/".join(kept) or "file"


def _safe_part(part: str) -> str:
    kept = "".join(letter for letter in part if letter.isprintable() and letter != "/")
    if kept.strip(".") == "" or kept.endswith(":"):
        return ""
    while len(kept.encode()) > _LONGEST_NAME:
        kept = kept[1:]
    return kept


def _free(name: str, taken: Mapping[str, bytes]) -> str:
    """A name that is not taken yet, which sorts behind the one that is."""
    path, number = PurePosixPath(name), 2
    while _is_taken(name, taken):
        name = path.with_name(f"{path.stem}-{number}{path.suffix}").as_posix()
        number += 1
    return name


def _is_taken(name: str, taken: Mapping[str, bytes]) -> bool:
    """Whether a file has this name, or one of the two would be a folder of the other."""
    return any(
        other == name or other.startswith(f"{name}/") or name.startswith(f"{other}/")
        for other in taken
    )
