"""Lets an exercise prove itself while the service runs: `autograder validate` in a process of its own.

What it finds is kept with the version as it comes. A service runs one at a time.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from autograder.authoring.findings import Finding
from autograder.errors import UsageError
from autograder.exercise.bundle import unpack, unpack_beside
from autograder.programs import command
from autograder.service import blobs
from autograder.service.database import Database
from autograder.service.tables import Validation, Version

_SECONDS: Final = {True: 900.0, False: 5_400.0}  # by whether it is the quick form
_LOOK_SECONDS: Final = 1.0
_LOST_SECONDS: Final = 60.0
_ENDED_WELL: Final = (0, 1)
_CLOSED: Final = "the service was ended"
_TOO_LONG: Final = "it took too long and was ended"


class Validations:
    """Starts validations and keeps what they find."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._lock = threading.Lock()

    def start(self, version: Version, *, quick: bool, by: str) -> int:
        """Validate a version in the background; the number of the validation.

        Raises:
            UsageError: one is running.
        """
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                raise UsageError("another exercise is being checked; wait until that is done")
            with self.database.begin() as session:
                now = self.database.now(session)
                row = Validation(version=version.id, quick=quick, by=by, created=now, seen=now)
                session.add(row)
                session.flush()
                number = row.id
            self._thread = threading.Thread(target=self._run, args=(number, version, quick))
            self._thread.start()
        return number

    def wait(self) -> None:
        """Wait until nothing runs."""
        if self._thread is not None:
            self._thread.join()

    def close(self) -> None:
        """End what runs."""
        with self._lock:
            self._closed = True
            self._end()
        self.wait()

    def _end(self) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def _run(self, number: int, version: Version, quick: bool) -> None:
        with tempfile.TemporaryDirectory(prefix="autograder-validation-") as place:
            try:
                folder = self._unpacked(version, Path(place))
                problem = self._watched(number, folder, quick)
            except Exception as error:  # said on the page, where somebody waits for it
                problem = f"{type(error).__name__}: {error}"
        with self.database.begin() as session:
            end = {"finished": self.database.now(session), "problem": problem[:2_000]}
            session.execute(update(Validation).where(Validation.id == number).values(**end))

    def _unpacked(self, version: Version, place: Path) -> Path:
        """The exercise as its author has it, with what proves it."""
        with self.database.read() as session:
            data = blobs.get(session, version.bundle)
            known = blobs.get(session, version.known) if version.known else b""
        folder = unpack(data, place)
        if known:
            unpack_beside(known, place)
        return folder

    def _watched(self, number: int, folder: Path, quick: bool) -> str:
        """Run it, keeping what it finds; why it ended where that was not at its end."""
        arguments = ["validate", "--json", *(["--quick"] if quick else []), str(folder)]
        said = folder.parent / "said"
        complaints = folder.parent / "complaints"
        with said.open("wb") as output, complaints.open("wb") as errors, self._lock:
            if self._closed:
                return _CLOSED
            self._process = process = subprocess.Popen(
                command("autograder", *arguments),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        end = time.monotonic() + _SECONDS[quick]
        problem = ""
        while process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
            if process.returncode is None and time.monotonic() > end:
                problem = _TOO_LONG
                self._end()
            self._keep(number, said, folder)
        if self._closed:
            return _CLOSED
        if process.returncode not in _ENDED_WELL and not problem:
            lines = complaints.read_text("utf-8", "replace").strip().splitlines()
            problem = lines[-1] if lines else f"it ended with {process.returncode}"
        return problem.replace(f"{folder}/", "")

    def _keep(self, number: int, said: Path, folder: Path) -> None:
        text = said.read_text("utf-8", "replace").replace(f"{folder}/", "")
        whole = text[: text.rfind("\n") + 1]
        with self.database.begin() as session:
            seen = {"seen": self.database.now(session), "findings": whole}
            session.execute(update(Validation).where(Validation.id == number).values(**seen))


def validations_of(session: Session, exercise: str) -> list[Validation]:
    """The validations of an exercise's versions, the newest first."""
    of_it = select(Validation).join(Version).where(Version.exercise == exercise)
    return list(session.scalars(of_it.order_by(Validation.id.desc()).limit(50)))


def state_of(validation: Validation, now: float) -> str:
    """`running`, `done`, or `ended` where its process ended before it."""
    if validation.finished is not None:
        return "ended" if validation.problem else "done"
    return "running" if validation.seen > now - _LOST_SECONDS else "ended"


def findings_of(validation: Validation) -> list[Finding]:
    """What a validation has found so far."""
    return [_finding(json.loads(line)) for line in validation.findings.splitlines() if line]


def _finding(content: dict[str, Any]) -> Finding:
    tuples = {key: tuple(value) for key, value in content.items() if isinstance(value, list)}
    values: dict[str, Any] = {**content, **tuples}
    del values["exercise"]
    return Finding(**values)
