"""What the kinds `unittest` and `pytest` share: the question, the two processes, the outcome."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final

from annotated_types import MinLen
from pydantic import Field

from autograder.checks.code import CodeQuestion
from autograder.checks.outcome import Outcome, unanswered
from autograder.checks.testing.judge import judge
from autograder.checks.tools import Answer, Tools
from autograder.errors import InternalError
from autograder.exercise.document import Path as FieldPath
from autograder.sandbox import places
from autograder.sandbox.bridge import OBJECTS, Bridge
from autograder.sandbox.failure import JobFailed
from autograder.sandbox.job import Job
from autograder.sandbox.limits import MEBIBYTE, Limits
from autograder.submission.model import Source

_SOLUTIONS: Final[dict[tuple[str, str], frozenset[str]]] = {}
_MOST_SOLUTIONS: Final = 64
# pytest looks for its settings in all folders above, unless it finds them at once.
_SETTINGS: Final = "pytest.ini"


class SuiteQuestion(CodeQuestion):
    """A question judged by an instructor's own tests."""

    name: str = Field("", description="Unused; the tests say what they need.")
    file: Annotated[str, MinLen(1)] = Field(description="The test file, beside exercise.yaml.")
    with_files: tuple[str, ...] = Field((), description="Files that the tests import or read.")
    module: str = Field(
        "", description="The module of the student's that the tests import, if it is not plain."
    )
    solution: str = Field(
        "",
        description="A file that passes every test; it tells a broken test from a broken answer.",
    )
    test_seconds: float = Field(10.0, gt=0, description="Time for the student's code in each test.")
    seconds: float = Field(120.0, gt=0, description="Time for the student's code in all tests.")
    trust_operators: bool = Field(
        False,
        description="Let ==, <, + and the like of the student's own classes decide; needed to test them.",
    )

    @property
    def names(self) -> tuple[str, ...]:
        """No definition is asked for by name."""
        return ()

    def files(self) -> Iterator[tuple[FieldPath, str]]:
        """The test file and what it needs."""
        yield ("file",), self.file
        for place, name in enumerate(self.with_files):
            yield ("with_files", place), name
        if self.solution:
            yield ("solution",), self.solution

    def check(self) -> Iterator[tuple[FieldPath, str]]:
        """A test file is a module beside exercise.yaml."""
        stem = self.file.removesuffix(".py")
        if stem == self.file or not stem.isidentifier():
            yield ("file",), "expected the name of a Python file, such as 'test_ex09.py'"


@dataclass(frozen=True)
class _Code:
    """A hand-in as the student's process loads it."""

    sources: tuple[dict[str, Any], ...]
    aliases: Mapping[str, str]
    notes: tuple[str, ...] = ()


def check_suite(question: SuiteQuestion, answer: Answer, tools: Tools, runner: str) -> Outcome:
    """Run the tests against what was handed in.

    1. A process of its own, in a folder that holds the test files only, imports the tests.
    2. Whatever these ask of the student's modules is asked of the student's process, through the grader.
    3. What became of each test is judged here. Where an error may be the test's own fault, the tests are
       run on the author's solution too, if there is one.
    """
    if not answer.code:
        return unanswered(question.id, "There is no code: neither a notebook nor a Python file.")
    text = _read(question, tools)
    modules = _modules(question, tools, text, answer.code)
    code = _as_modules(answer.code, modules, tools)
    report = _run(question, tools, runner, code, modules, text)

    def passes(name: str) -> bool:
        return name in _solution_passes(question, tools, runner, modules, text)

    outcome = judge(question, report, passes if question.solution else None)
    return replace(outcome, notes=(*outcome.notes, *code.notes))


def _read(question: SuiteQuestion, tools: Tools) -> str:
    return (tools.exercise.folder / question.file).read_text(encoding="utf-8")


def _run(
    question: SuiteQuestion,
    tools: Tools,
    runner: str,
    code: _Code,
    modules: Sequence[str],
    text: str,
) -> dict[str, Any]:
    """The report of the tests' process.

    Raises:
        InternalError: that process failed.
    """
    limits = Limits(
        seconds=question.seconds,
        cpu_seconds=4 * question.seconds,
        memory=question.memory * MEBIBYTE,
    )

    def new_student(generation: int) -> Job:
        job = tools.job(limits)
        job.call(
            f"{OBJECTS}:begin",
            sources=list(code.sources),
            aliases=dict(code.aliases),
            names=sorted(_identifiers(text)),
            generation=generation,
        )
        return job

    seconds = max(1.0, min(question.seconds, tools.seconds_left))
    with _folder(question, tools) as folder, tools.job(limits, jail=folder) as job:
        bridge = Bridge(job, new_student, test_seconds=question.test_seconds, seconds=seconds)
        try:
            report = bridge.run(
                f"{runner}:run",
                file=question.file,
                modules=list(modules),
                trust_operators=question.trust_operators,
            )
        except JobFailed as failed:
            raise InternalError(f"the tests failed: {failed.failure.message}") from None
        finally:
            bridge.close()
    if not isinstance(report, dict) or not isinstance(report.get("records"), list):
        raise InternalError("the tests gave no report")
    return report


@contextlib.contextmanager
def _folder(question: SuiteQuestion, tools: Tools) -> Iterator[Path]:
    """A folder with the tests and their files, which their process sees and the student's does not."""
    with tempfile.TemporaryDirectory(prefix="autograder-tests-") as name:
        folder = Path(name)
        for file in (question.file, *question.with_files):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(tools.exercise.folder / file, folder / file)
        if not (folder / _SETTINGS).exists():
            (folder / _SETTINGS).write_text("[pytest]\n")
        places.seal(folder)
        try:
            yield folder
        finally:
            places.unseal(folder)


def _modules(
    question: SuiteQuestion, tools: Tools, text: str, code: Sequence[Source]
) -> tuple[str, ...]:
    """The names under which the tests import the student's code."""
    if question.module:
        return (question.module,)
    expected = {tools.exercise.code.notebook, tools.exercise.code.starter}
    students = {_stem(name) for name in expected if name} | {_stem(s.label) for s in code}
    ours = {_stem(name) for name in (question.file, *question.with_files)}
    imported = _imported(text, question.file) - ours
    return tuple(sorted(n for n in imported if n in students or not _is_installed(n)))


def _imported(text: str, file: str) -> set[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise InternalError(f"{file}:{error.lineno}: {error.msg}") from None
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _identifiers(text: str) -> set[str]:
    """Every name the tests use, which tells what a notebook's definitions are needed for."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name)
    return found


def _stem(label: str) -> str:
    """`sub/ex09.ipynb, cell 3` is of the module ex09."""
    return PurePosixPath(label.partition(",")[0]).stem


def _as_modules(code: Sequence[Source], modules: Sequence[str], tools: Tools) -> _Code:
    """The hand-in as modules; a single file under another name than the tests' is taken for it."""
    sources: list[dict[str, Any]] = [
        {"label": s.label, "text": s.text, "module": _stem(s.label), "cells": s.is_cell}
        for s in code
    ]
    notebooks = {source["module"] for source in sources if source["cells"]}
    # Of a notebook and a file of one name the notebook counts.
    sources = [s for s in sources if s["cells"] or s["module"] not in notebooks]
    named = {source["module"] for source in sources}
    aliases: dict[str, str] = {}
    notes = []
    for module in modules:
        if module not in named and len(named) == 1:
            aliases[module] = str(next(iter(named)))
            notes.append(
                f"Your file is called {aliases[module]} instead of {module}; it was graded."
            )
    given = tools.exercise.code.given
    if given and _stem(given) not in named:
        text = (tools.exercise.folder / given).read_text(encoding="utf-8")
        sources.append(
            {"label": f"given {given}", "text": text, "module": _stem(given), "cells": False}
        )
    return _Code(tuple(sources), aliases, tuple(notes))


def _solution_passes(
    question: SuiteQuestion, tools: Tools, runner: str, modules: Sequence[str], text: str
) -> frozenset[str]:
    """The names of the tests that the author's solution passes."""
    solution = (tools.exercise.folder / question.solution).read_text(encoding="utf-8")
    key = (text, solution)
    if key not in _SOLUTIONS:
        code = _as_modules([Source(question.solution, solution)], modules, tools)
        report = _run(question, tools, runner, code, modules, text)
        while len(_SOLUTIONS) >= _MOST_SOLUTIONS:
            _SOLUTIONS.pop(next(iter(_SOLUTIONS)))
        records = report["records"]
        _SOLUTIONS[key] = frozenset(r["name"] for r in records if r["status"] == "passed")
        if report["problem"] is None:
            _SOLUTIONS[key] |= {""}  # the file as a whole can be imported
    return _SOLUTIONS[key]
