"""What checks work with: formulas compared, student and reference code in jobs, data, a clock."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from autograder.checks.memory import Memory
from autograder.checks.sharing import SHARING, SharedJob
from autograder.errors import InternalError
from autograder.exercise.model import Exercise, Question
from autograder.learning.datasets import Dataset, load_dataset
from autograder.sandbox.failure import JobFailed
from autograder.sandbox.job import Job
from autograder.sandbox.limits import Limits
from autograder.sandbox.source import JobSource
from autograder.submission.model import Source, TextAnswer
from autograder.symbolic.compare import Comparer
from autograder.symbolic.conditions import parse_condition
from autograder.symbolic.prover import Prover
from autograder.symbolic.sequence import Sequences
from autograder.symbolic.table import SymbolTable

LOAD: Final = "autograder.sandbox.loading:load"
PROVIDE: Final = "autograder.sandbox.loading:provide"
MODULES: Final = "autograder.learning.probes.modules"
STEPS: Final = "autograder.learning.probes.steps"
LOADERS: Final = "autograder.learning.probes.loaders"
TRAINING: Final = "autograder.learning.probes.training"
FUNCTIONS: Final = "autograder.learning.probes.functions"
TESTING: Final = ("autograder.checks.testing.unittest_run", "autograder.checks.testing.pytest_run")
PROXIES: Final = "autograder.sandbox.objects"
PRETEND: Final = "autograder.learning.probes.pretend"
OPERATIONS: Final = (
    "autograder.sandbox.loading", PRETEND, MODULES, STEPS, LOADERS, TRAINING, FUNCTIONS, PROXIES, SHARING,
    *TESTING,
)  # fmt: skip
WARM: Final = (
    "autograder.learning.warm:prepare",
    "autograder.sandbox.loading:warm",
    f"{TESTING[1]}:warm",
)


@dataclass(frozen=True)
class Answer:
    """What a check is given: the written answer to its question, and all the code."""

    written: TextAnswer | None
    code: tuple[Source, ...] = ()


@dataclass
class StudentJob:
    """A job in which the student's definitions have been run."""

    job: Job
    defined: frozenset[str]
    problems: tuple[Mapping[str, Any], ...]
    notes: tuple[tuple[frozenset[str], str], ...] = ()
    similar: Mapping[str, str] = field(default_factory=dict)
    alone: bool = True  # no other question's code has run in the job

    def notes_on(self, names: Sequence[str]) -> tuple[str, ...]:
        """What was odd about the definitions of these names, and cost nothing."""
        return tuple(line for about, line in self.notes if about & set(names))

    def why_missing(self, name: str) -> str | None:
        """Why a name that the code tried to define is not there; None when it never tried."""
        for problem in self.problems:
            if name in problem["names"]:
                return f"{problem['where']}: {problem['message']}"
        return None


@dataclass
class Tools:
    """The means of checking one submission."""

    exercise: Exercise
    prover: Prover
    server: JobSource | None
    seed: int = 0
    device: str = "cpu"
    deadline: float = field(default_factory=lambda: time.monotonic() + 3600)
    reference_folders: Sequence[Path] = ()
    start_server: Callable[[], JobSource | None] = lambda: None
    jobs: int = 0
    memory: Memory = field(default_factory=Memory)
    _comparers: dict[tuple[str, ...], Comparer] = field(default_factory=dict)
    _shared: SharedJob | None = None

    def __enter__(self) -> Tools:
        """From here on exact checks may share a process, until the end of the `with`."""
        self._shared = SharedJob(lambda limits: self._student_job(limits, "start_when_named"))
        return self

    def __exit__(self, *_: object) -> None:
        if self._shared is not None:
            self._shared.close()
            self._shared = None

    @property
    def layers(self) -> tuple[str, ...]:
        """The sandbox's layers that held; none where no code was run."""
        return self.server.layers if self.server is not None and self.jobs else ()

    @property
    def seconds_left(self) -> float:
        """Time until the whole submission must be done."""
        return self.deadline - time.monotonic()

    @property
    def can_run(self) -> bool:
        """Whether code can be run; a written answer starts the sandbox when it turns out to be code."""
        self.server = self.server or self.start_server()
        return self.server is not None

    def table(self, question: Question) -> SymbolTable:
        """The symbols of a question."""
        return self.exercise.table(question)

    def comparer(self, question: Question, given: tuple[str, ...] = ()) -> Comparer:
        """Compares formulas over a question's symbols and conditions, and over further ones."""
        key = (question.id, *given)
        if key not in self._comparers:
            table = self.table(question)
            texts = (*self.exercise.conditions(question), *given)
            conditions = [parse_condition(text, table) for text in texts]
            share = Fraction(str(getattr(question, "relative_tolerance", 0)))
            self._comparers[key] = Comparer(
                table, conditions, prover=self.prover, seed=self.seed, tolerance=share
            )
        return self._comparers[key]

    def sequences(self, question: Question, length: str) -> Sequences:
        """Reads and compares sequence answers over a question's symbols."""
        return Sequences(self.table(question), length, seed=self.seed)

    def dataset(self, name: Any, size: int) -> Dataset:
        """A data set at an image size."""
        return load_dataset(name).at_size(size)

    @contextlib.contextmanager
    def student(
        self,
        code: Sequence[Source],
        names: Sequence[str],
        limits: Limits,
        *,
        gpu: bool = False,
        only_code: bool = False,
    ) -> Iterator[StudentJob]:
        """A job with the student's definitions, over those that the exercise gives.

        Only with `gpu`, and where there is one, does code that names a GPU use it. With `only_code`
        nothing but the definitions names one: no test of the instructor's, no argument.

        Raises:
            JobFailed: running the definitions failed as a whole.
        """
        pretend = "start_when_named" if only_code else "start"
        with self._student_job(limits, None if gpu and self.device == "cuda" else pretend) as job:
            yield self._defined(job, code, names)

    def sharing_student(
        self, code: Sequence[Source], names: Sequence[str], limits: Limits
    ) -> StudentJob | None:
        """The same in a process that other questions use too; None where none is shared.

        Raises:
            JobFailed: as for `student`.
        """
        if self._shared is None:
            return None
        job, alone = self._shared.next(limits), self._shared.is_new
        return replace(self._defined(job, code, names), alone=alone)

    def _student_job(self, limits: Limits, pretend: str | None) -> Job:
        job = self.job(limits)
        try:
            if pretend is not None:
                job.call(f"{PRETEND}:{pretend}")
        except JobFailed:
            job.close()
            raise
        return job

    def _defined(self, job: Job, code: Sequence[Source], names: Sequence[str]) -> StudentJob:
        """Run the definitions that names need, over those that the exercise gives."""
        given = self._given()
        if given:
            job.call(LOAD, sources=given, names=list(names), prefix="given")
        sources = [{"label": source.label, "text": source.text} for source in code]
        report = job.call(LOAD, sources=sources, names=list(names))
        problems = tuple(_problem(item) for item in report["problems"][:100])
        notes = tuple(map(_note, report["notes"][:20]))
        similar = {str(name): str(line)[:300] for name, line in report["similar"].items()}
        return StudentJob(job, frozenset(map(str, report["defined"])), problems, notes, similar)

    @contextlib.contextmanager
    def reference(self, objects: Sequence[tuple[str, str]], limits: Limits) -> Iterator[Job]:
        """A job with definitions of reference files, each given as file and name.

        Operations know them as `file.py:name`, so that files may use the same names. Whatever fails in
        it is our failure.
        """
        with self.job(limits) as job:
            reference_call(job, PROVIDE, modules=self._reference_modules())
            for file, sources in self._reference_sources(objects).items():
                names = [name for other, name in objects if other == file]
                report = reference_call(job, LOAD, sources=sources, names=names, space=file)
                for problem in report["problems"]:
                    raise InternalError(f"{problem['where']}: {problem['message']}")
            yield job

    def job(self, limits: Limits, jail: Path | None = None) -> Job:
        """A confined process; `jail` is the folder it sees, if not the session's.

        Raises:
            InternalError: there is no sandbox here.
        """
        if not self.can_run or self.server is None:
            raise InternalError("this exercise needs torch, which is not installed")
        self.jobs += 1
        return self.server.job(limits, jail=jail)

    def reference_texts(self, objects: Sequence[tuple[str, str]]) -> str:
        """Everything that a job with these references is given, to tell it from other such jobs."""
        return repr((self._reference_modules(), self._reference_sources(objects)))

    def _reference_sources(
        self, objects: Sequence[tuple[str, str]]
    ) -> dict[str, list[dict[str, str]]]:
        """What is run for each file of references: what the exercise gives, then the file."""
        return {
            file: [*self._given(), {"label": file, "text": self._read(file)}]
            for file in dict.fromkeys(file for file, _ in objects)
        }

    def _reference_modules(self) -> dict[str, str]:
        """The text of everything in `reference/`, so that variants can build on it."""
        return {
            f"reference.{path.stem}": path.read_text(encoding="utf-8")
            for folder in self.reference_folders
            for path in sorted(folder.glob("*.py"))
            if path.stem != "__init__"
        }

    def _given(self) -> list[dict[str, str]]:
        name = self.exercise.code.given
        return [{"label": f"given {name}", "text": self._read(name)}] if name else []

    def _read(self, name: str) -> str:
        for folder in (self.exercise.folder, *self.reference_folders):
            path = folder / name
            if path.is_file():
                return path.read_text(encoding="utf-8")
        raise InternalError(f"there is no file {name} beside the exercise or in reference/")


def reference_call(job: Job, operation: str, /, **arguments: Any) -> Any:
    """An operation on the reference.

    Raises:
        InternalError: it failed, which is never the student's fault.
    """
    try:
        return job.call(operation, **arguments)
    except JobFailed as failed:
        where = f" at {failed.failure.where}" if failed.failure.where else ""
        raise InternalError(f"the reference failed{where}: {failed.failure.message}") from None


def _note(item: Any) -> tuple[frozenset[str], str]:
    return frozenset(map(str, item["names"])), str(item["line"])[:500]


def _problem(item: Any) -> dict[str, Any]:
    """A problem as a job reported it, with every part checked and bounded."""
    if not isinstance(item, dict):
        return {"where": "?", "message": "?", "names": []}
    names = item.get("names")
    return {
        "where": str(item.get("where"))[:200],
        "message": str(item.get("message"))[:1_000],
        "line": str(item.get("line") or "")[:300],
        "names": [str(name) for name in names] if isinstance(names, list) else [],
    }
