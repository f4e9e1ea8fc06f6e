"""The folder of a run: each result is in it, whole and on the disk, as soon as it is there.

RUN_DIR/run.json                        what the run was made with; `complete` when it is
RUN_DIR/times.jsonl                     the seconds of each submission; nothing else tells time
RUN_DIR/submissions/ID/results.json     Gradescope's results
RUN_DIR/submissions/ID/record.json      the same without loss; written last, it makes a result count
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from autograder.errors import InternalError, UsageError
from autograder.grading.batch.engine import Done

FORMAT: Final = 1
RUN_FILE: Final = "run.json"
RECORD_FILE: Final = "record.json"
RESULTS_FILE: Final = "results.json"
TIMES_FILE: Final = "times.jsonl"
_LOCK_FILE: Final = ".lock"
_LONGEST_LINE: Final = 4096


@dataclass(frozen=True)
class Times:
    """How long a submission took, in seconds, and each of its questions."""

    total: float
    questions: Mapping[str, float]
    attempts: int = 1


class Store:
    """The folder of one run, for one process at a time; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: int | None = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def begin(self, made_with: Mapping[str, Any], *, resume: bool) -> dict[str, Any] | None:
        """Make the folder, or go on in it, and write down what the run is made with.

        Returns what the run that goes on was made with, None for a new one.

        Raises:
            UsageError: it holds something else, another exercise or selection of its questions, a run
                that is not to be resumed, or another process is at work in it.
            InternalError: it cannot be written.
        """
        if self._holds_something_else():
            raise UsageError(f"{self.folder} is not empty and holds no run; name another folder")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._take_lock()
        except OSError as error:
            raise UsageError(f"cannot write into {self.folder}: {error.strerror}") from None
        earlier = self._check_earlier(made_with, resume=resume)
        self.write_run({**made_with, "complete": False})
        return earlier

    def write_run(self, content: Mapping[str, Any]) -> None:
        """Write run.json."""
        self._write(self.folder / RUN_FILE, as_json({"format": FORMAT, **content}))

    def read_run(self) -> dict[str, Any] | None:
        """The content of run.json, None where there is none that can be read."""
        return _read_json(self.folder / RUN_FILE)

    def save(self, done: Done, results: Mapping[str, Any], made_by: str) -> None:
        """Keep what came of a submission.

        Raises:
            InternalError: it cannot be written.
        """
        folder = self.of(done.id)
        record, times = without_times(done)
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self.write_results(done.id, results)
        if times is not None:
            self._append_times(done.id, times)
        content = {
            "format": FORMAT,
            "id": done.id,
            "made_by": made_by,
            "submission_digest": done.digest,
            "problem": done.problem,
            "unreadable": done.unreadable,
            "grade": record,
        }
        self._write(folder / RECORD_FILE, json.dumps(content) + "\n")

    def write_results(self, identifier: str, results: Mapping[str, Any]) -> None:
        """Write results.json, unless it is there; it follows from the record, and may be written anew."""
        path, text = self.of(identifier) / RESULTS_FILE, as_json(results)
        with _writing(path):
            there = path.is_file() and path.read_bytes() == text.encode()
        if not there:
            self._write(path, text, sync=False)

    def read(self, identifier: str, made_by: str = "") -> Done | None:
        """What came of a submission, if it is kept, and was made by the same as `made_by`."""
        kept = _read_json(self.of(identifier) / RECORD_FILE)
        if kept is None or kept.get("format") != FORMAT or kept.get("id") != identifier:
            return None
        if made_by and kept.get("made_by") != made_by:
            return None
        grade = kept["grade"] and {**kept["grade"], "seconds": 0.0}
        digest, problem = kept["submission_digest"], kept["problem"]
        return Done(identifier, grade, digest, problem, unreadable=kept["unreadable"])

    def times(self) -> dict[str, Times]:
        """The times of the submissions, as far as they are known; the last counts."""
        found: dict[str, Times] = {}
        try:
            lines = (self.folder / TIMES_FILE).read_bytes().split(b"\n")
        except OSError:
            return found
        for line in lines:
            try:
                one = json.loads(line)
                found[one["id"]] = Times(one["seconds"], one["questions"], one["attempts"])
            except (ValueError, KeyError, TypeError):
                continue  # a line cut short when the grader was killed
        return found

    def left_over(self, known: Container[str]) -> list[str]:
        """The submissions of an earlier run that the class has no more; nobody deletes them."""
        folder = self.folder / "submissions"
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        return [name for name in names if name not in known]

    def of(self, identifier: str) -> Path:
        """The folder of a submission."""
        return self.folder / "submissions" / identifier

    def write(self, name: str, text: str, *, sync: bool = False) -> None:
        """Write a report, whole or not at all.

        Raises:
            InternalError: it cannot be written.
        """
        self._write(self.folder / name, text, sync=sync)

    def _holds_something_else(self) -> bool:
        if not self.folder.is_dir():
            return self.folder.exists()
        names = {path.name for path in self.folder.iterdir()}
        return RUN_FILE not in names and bool(names - {_LOCK_FILE, f".{RUN_FILE}.new"})

    def _take_lock(self) -> None:
        self._lock = os.open(self.folder / _LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"another run is at work in {self.folder}") from None

    def _check_earlier(
        self, made_with: Mapping[str, Any], *, resume: bool
    ) -> dict[str, Any] | None:
        earlier = self.read_run()
        if earlier is None or not (self.folder / "submissions").is_dir():
            return None  # there is none, or it was refused before it graded anything
        if not resume:
            raise UsageError(
                f"{self.folder} holds a run already; add --resume to go on with it, or name another folder"
            )
        before, now = earlier.get("exercise", {}).get("id"), made_with["exercise"]["id"]
        if before != now:
            raise UsageError(f"{self.folder} holds a run of {before}, not of {now}")
        selected = earlier.get("options", {}).get("select", "")
        if selected != made_with["options"]["select"]:
            how = f"with -k {selected!r}" if selected else "of all questions, without -k"
            raise UsageError(
                f"{self.folder} holds a run {how}, which this one would replace; name another folder, "
                f"and with --baseline {self.folder} what is graded there is not graded again"
            )
        return earlier

    def _append_times(self, identifier: str, times: Times) -> None:
        line = {"id": identifier, "seconds": times.total, "questions": times.questions}
        data = json.dumps({**line, "attempts": times.attempts}).encode()
        with _writing(self.folder / TIMES_FILE), (self.folder / TIMES_FILE).open("ab") as stream:
            stream.write(b"\n" + data + b"\n")  # whatever an earlier line was cut to

    def _write(self, path: Path, text: str, *, sync: bool = True) -> None:
        """Write a file whole or not at all; with `sync` it is on the disk when this returns."""
        new = path.with_name(f".{path.name}.new")
        with _writing(path):
            with new.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
                stream.write(text)
                if sync:
                    stream.flush()
                    os.fsync(stream.fileno())
            new.replace(path)
            if sync:
                _sync(path.parent)


def without_times(done: Done) -> tuple[dict[str, Any] | None, Times | None]:
    """The record of a result without its times, and the times."""
    if done.record is None:
        return None, None
    outcomes = [dict(outcome) for outcome in done.record["outcomes"]]
    questions = {outcome["question"]: outcome.pop("seconds", 0.0) for outcome in outcomes}
    record = {**done.record, "outcomes": outcomes}
    return record, Times(record.pop("seconds", 0.0), questions, done.attempts)


def as_json(content: Any) -> str:
    """Data as the text of a file; numbers that JSON does not know stay readable to Python."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


class _writing:  # noqa: N801 - it reads as a phrase
    """Turns a failure to write into one line that says what to do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise InternalError(
                f"cannot write {self.path}: {error.strerror}; when that is mended, "
                "the same command with --resume goes on"
            ) from None


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
