"""An earlier run of the class: what of it still holds, and what came out otherwise since."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from autograder.checks.outcome import OURS
from autograder.checks.record import read_grade
from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.grading.batch.baseline_causes import (
    FAILED,
    GONE,
    NEW,
    SUBMISSION,
    Causes,
)
from autograder.grading.batch.engine import Done, Task
from autograder.grading.batch.store import FORMAT, RESULTS_FILE, RUN_FILE, Store
from autograder.grading.plan import make_plan
from autograder.reports.book import Book, Entry
from autograder.reports.changes import Change, Changes, Verdict
from autograder.submission.collect import collect_files
from autograder.submission.files import FileSet

_SECTIONS: Final = ("exercise", "grader", "options")


@dataclass(frozen=True)
class Earlier:
    """A submission of the earlier run: its files' digest, its record, its outcomes and their points."""

    id: str
    digest: str
    record: Mapping[str, Any] | None
    state: str = ""
    outcomes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)

    def verdict(self, question: str) -> Verdict | None:
        """What became of a question; None where it was not asked."""
        if self.record is None:
            return Verdict(self.state, None)
        outcome = self.outcomes.get(question)
        if outcome is None:
            return None
        return Verdict(outcome["outcome"], self.points.get(question))


class Baseline:
    """An earlier run, beside what this one is made with. It only reads."""

    def __init__(self, folder: Path, exercise: Exercise, made: Mapping[str, Any]) -> None:
        """Open the earlier run.

        Raises:
            UsageError: there is none, it is damaged, or of another exercise or version.
        """
        self.exercise = exercise
        self.made = made
        self.store = Store(folder)
        self.run = read_run(self.store, exercise)
        self.causes = Causes(self.run, made)
        self.order = [q.id for q in make_plan(exercise, made["options"]["select"]).questions]
        self.notes: list[str] = []
        if not self.run.get("complete"):
            self.notes.append("The baseline's run was not finished; what it lacks counts as new.")
        self.earlier = {one.id: one for one in self._read()}
        self._gone: dict[str, str] = {}

    def expect(self, ids: Iterable[str]) -> None:
        """Say which submissions this run has: an earlier one that is not among them may be renamed."""
        gone = sorted(set(self.earlier) - set(ids), reverse=True)
        self._gone = {self.earlier[name].digest: name for name in gone}

    def of(self, identifier: str, digest: str) -> Earlier | None:
        """The same submission in the earlier run: of this name, or of the same files."""
        found = self.earlier.get(identifier)
        return found or self.earlier.get(self._gone.get(digest, ""))

    def task(self, identifier: str, files: FileSet, digest: str) -> Task | Done:
        """What is to be checked of a submission; its result where nothing is."""
        earlier = self.of(identifier, digest)
        read = functools.partial(_same, files)
        if earlier is None:
            return Task(identifier, read)
        again = tuple(q for q in self.order if self.why(earlier, digest, q))
        if again:
            return Task(identifier, read, again if len(again) < len(self.order) else None)
        assert earlier.record is not None
        record = {**earlier.record, "notes": self._notes(earlier.record, files)}
        return Done(identifier, self._kept(earlier, record, {}), digest)

    def completed(self, done: Done) -> Done:
        """A result with the outcomes that were not checked again."""
        earlier = self.of(done.id, done.digest)
        if earlier is None or earlier.record is None or done.record is None:
            return done
        fresh = {outcome["question"]: outcome for outcome in done.record["outcomes"]}
        if all(question in fresh for question in self.order):
            return done
        return replace(done, record=self._kept(earlier, done.record, fresh))

    def why(self, earlier: Earlier, digest: str, question: str) -> tuple[str, ...]:
        """Why a question of a submission may come out otherwise; nothing where it cannot."""
        own: tuple[str, ...] = (SUBMISSION,) if earlier.digest != digest else ()
        was_asked = question in self.causes.before and question in self.order
        if earlier.record is None or (was_asked and _is_open(earlier.outcomes.get(question))):
            own = (*own, FAILED)
        return (*own, *self.causes.of(self.exercise, question))

    def _kept(
        self, earlier: Earlier, record: Mapping[str, Any], fresh: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The record with earlier outcomes for those that are not fresh, as if all had been checked."""
        assert earlier.record is not None
        outcomes = [fresh.get(name) or earlier.outcomes[name] for name in self.order]
        options, before = self.made["options"], earlier.record["made_with"]
        made = {**before, **record["made_with"]}
        made |= {"exercise_digest": self.made["exercise"]["digest"], "seed": options["seed"]}
        made |= {"device": options["device"], "confined": options["confined"]}
        made["layers"] = record["made_with"]["layers"] or before["layers"]
        return {**record, "outcomes": outcomes, "made_with": made}

    def _notes(self, record: Mapping[str, Any], files: FileSet) -> list[str]:
        """What is odd about the files; it depends on what the exercise asks for."""
        if self.run["exercise"]["digest"] == self.made["exercise"]["digest"]:
            return list(record["notes"])
        names = make_plan(self.exercise, self.made["options"]["select"]).names
        ids = [question.id for question in self.exercise.questions]
        read = collect_files(files, ids, notebook=self.exercise.code.notebook, names=names)
        return list(read.notes)

    def _read(self) -> Iterator[Earlier]:
        folder = self.store.folder / "submissions"
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            found = self._one(path.name)
            if found is None:
                self.notes.append(f"The baseline's result of {path.name} cannot be read.")
            else:
                yield found

    def _one(self, identifier: str) -> Earlier | None:
        """One submission; None where its files are damaged."""
        try:
            kept = self.store.read(identifier)
            if kept is None:
                return None
            if kept.record is None:
                state = "unreadable" if kept.unreadable else "internal"
                return Earlier(identifier, kept.digest, None, state)
            outcomes = {one["question"]: one for one in kept.record["outcomes"]}
            read_grade(kept.record, self.exercise)
            points = _points(self.store.of(identifier) / RESULTS_FILE)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return Earlier(identifier, kept.digest, kept.record, "", outcomes, points)

    def changes(self, book: Book) -> Changes:
        """What came out otherwise in this run."""
        pairs = [(entry, self.of(entry.id, _digest(entry))) for entry in book.entries]
        gone = (name for name in self.causes.before if name not in self.causes.now)
        names = (*self.order, *gone)
        rows = [row for entry, earlier in pairs for row in self._rows(entry, earlier, names)]
        known = {earlier.id for _, earlier in pairs if earlier is not None}
        for name in sorted(set(self.earlier) - known):
            rows += _whole(name, self.earlier[name], names, GONE)
        both = [(entry, earlier) for entry, earlier in pairs if earlier is not None]
        kept = sum(
            not self.why(earlier, _digest(entry), question)
            for entry, earlier in both
            for question in self.order
        )
        answers = len(pairs) * len(self.order)
        renamed = tuple((old.id, entry.id) for entry, old in both if old.id != entry.id)
        return Changes(
            tuple(rows), names, len(both), answers - kept, answers, renamed, tuple(self.notes)
        )

    def _rows(
        self, entry: Entry, earlier: Earlier | None, questions: Sequence[str]
    ) -> Iterator[Change]:
        """The changes of one submission."""
        for question in questions:
            after = _verdict(entry, question) if question in self.order else None
            before = None if earlier is None else earlier.verdict(question)
            if before != after:
                why = (NEW,) if earlier is None else self.why(earlier, _digest(entry), question)
                yield Change(entry.id, question, before, after, "; ".join(why))


def _same(files: FileSet) -> FileSet:
    return files


def _is_open(outcome: Mapping[str, Any] | None) -> bool:
    """Whether another try may go better than an earlier one: it was not made, or we failed."""
    return outcome is None or outcome["outcome"] in OURS


def _whole(name: str, earlier: Earlier, questions: Sequence[str], cause: str) -> Iterator[Change]:
    for question in questions:
        before = earlier.verdict(question)
        if before is not None:
            yield Change(name, question, before, None, cause)


def _verdict(entry: Entry, question: str) -> Verdict | None:
    if entry.grade is None:
        return Verdict("unreadable" if entry.state == "unreadable" else "internal", None)
    for outcome in entry.grade.outcomes:
        if outcome.question == question:
            return Verdict(outcome.outcome, entry.grade.points_of(outcome))
    return None


def _digest(entry: Entry) -> str:
    return "" if entry.grade is None else str(entry.grade.made_with["submission_digest"])


def _points(path: Path) -> dict[str, float]:
    """The points that each question was given; those of the earlier exercise."""
    tests = json.loads(path.read_bytes())["tests"]
    return {t["extra_data"]["question"]: float(t["score"]) for t in tests if "score" in t}


def read_run(store: Store, exercise: Exercise) -> dict[str, Any]:
    """What a run of this exercise was made with.

    Raises:
        UsageError: there is none, it is damaged, or of another exercise or version.
    """
    path = store.folder / RUN_FILE
    if not path.is_file():
        raise UsageError(
            f"{store.folder} holds no run to compare with: there is no {RUN_FILE} in it"
        )
    run = store.read_run()
    if run is None:
        raise UsageError(f"{path} is damaged; compare with another run")
    if run.get("format") != FORMAT or any(not isinstance(run.get(s), dict) for s in _SECTIONS):
        raise UsageError(f"{path} is of another version of this program; compare with another run")
    if run["exercise"].get("id") != exercise.id:
        raise UsageError(
            f"{store.folder} holds a run of {run['exercise'].get('id')}, not of {exercise.id}"
        )
    return run
