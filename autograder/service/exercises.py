"""The exercises of the service: versions in the database, opened ones at hand."""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.authoring.known import known_files
from autograder.checks.catalogue import load
from autograder.exercise.bundle import bundle_files, pack, unpack
from autograder.exercise.model import Exercise
from autograder.service import blobs
from autograder.service.database import Database
from autograder.service.tables import Version

_MOST_OPEN: Final = 50


class Exercises:
    """Opens versions of exercises, each once; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._folder = tempfile.TemporaryDirectory(prefix="autograder-exercises-")
        self._open: OrderedDict[str, Exercise] = OrderedDict()
        self._lock = threading.Lock()

    def publish(self, session: Session, exercise: Exercise, note: str = "") -> bool:
        """Put the state of an exercise's folder into use; False when it was, at the last time.

        What was changed on a page since then stays until the folder changes.
        """
        digest = blobs.put(self.database, session, pack(bundle_files(exercise)))
        of_it = select(Version).where(Version.exercise == exercise.id, Version.origin == "folder")
        last = session.scalar(of_it.order_by(Version.id.desc()).limit(1))
        known = blobs.put(self.database, session, pack(known_files(exercise)))
        if last is not None and last.bundle == digest:
            newest = self.newest(session, exercise.id)
            last.known = (newest or last).known = known
            return False
        now = self.database.now(session)
        version = Version(exercise=exercise.id, bundle=digest, created=now, known=known, note=note)
        session.add(version)
        return True

    def change(
        self, session: Session, before: Version, files: Mapping[str, bytes], note: str, by: str
    ) -> Version:
        """Put a changed state into use; the version that it is now."""
        digest = blobs.put(self.database, session, pack(dict(files)))
        return self._add(session, before, digest, note, by)

    def renew(self, session: Session, version: Version, note: str, by: str) -> Version:
        """Put an earlier state, or the one in use, into use anew; the version that it is now."""
        return self._add(session, version, version.bundle, note, by)

    def _add(self, session: Session, before: Version, bundle: str, note: str, by: str) -> Version:
        version = Version(
            exercise=before.exercise,
            bundle=bundle,
            created=self.database.now(session),
            origin="page",
            note=note,
            by=by,
            known=before.known,
        )
        session.add(version)
        session.flush()
        return version

    def newest(self, session: Session, exercise: str) -> Version | None:
        """The version of an exercise that is in use."""
        of_it = select(Version).where(Version.exercise == exercise)
        return session.scalar(of_it.order_by(Version.id.desc()).limit(1))

    def all_newest(self, session: Session) -> list[Version]:
        """The versions in use, in the order of the exercises' ids."""
        newest = select(func.max(Version.id)).group_by(Version.exercise)
        chosen = select(Version).where(Version.id.in_(newest)).order_by(Version.exercise)
        return list(session.scalars(chosen))

    def open(self, session: Session, version: Version) -> Exercise:
        """The exercise of a version.

        Raises:
            InternalError: its bytes are missing or damaged.
            SpecError: this program no longer reads it.
        """
        with self._lock:
            exercise = self._open.get(version.bundle)
            if exercise is None:
                data = blobs.get(session, version.bundle)
                folder = Path(self._folder.name) / version.bundle
                exercise = self._open[version.bundle] = load(unpack(data, folder))
                while len(self._open) > _MOST_OPEN:
                    self._open.popitem(last=False)
            self._open.move_to_end(version.bundle)
            return exercise

    def close(self) -> None:
        """Remove the opened files."""
        self._folder.cleanup()
