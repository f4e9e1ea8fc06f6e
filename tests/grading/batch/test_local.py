"""The local engine: the same results as one at a time, whatever the workers, the order, the memo."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import signal
from pathlib import Path

import pytest

from autograder.checks.catalogue import kinds
from autograder.checks.outcome import Outcome
from autograder.errors import InternalError, SubmissionError, UsageError
from autograder.exercise.model import Exercise
from autograder.grading.batch.engine import Task
from autograder.grading.batch.local import LocalEngine
from autograder.grading.devices import choose_device
from autograder.grading.grade import Options, grade, grade_files
from autograder.grading.memo import Memo
from autograder.grading.session import Session
from autograder.reports.gradescope import results
from autograder.submission.files import FileSet
from autograder.submission.roster import HandIn
from tests.grading.batch.classroom import (
    OPTIONS,
    content,
    hand_ins,
    make_class,
    make_exercise,
    of_texts,
    results_of,
    run_class,
)

FUNCTION = """autograder: 1
id: sample
title: A sample
questions:
  - id: f
    title: A function
    kind: function
    name: f
    reference: ref.py:f
    arguments: {x: {real: [1, 2]}}
"""
POISONED = "tests.grading.batch.poisoned"


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    return make_exercise(tmp_path / "exercise")


def test_every_file_is_the_same_whatever_the_workers_the_order_and_the_memo(
    exercise: Exercise, tmp_path: Path
) -> None:
    found = hand_ins(make_class(tmp_path / "class", 12))
    run_class(exercise, found, LocalEngine(exercise, OPTIONS, 1, memo=False), tmp_path / "one")
    random.Random(5).shuffle(found)
    run_class(exercise, found, LocalEngine(exercise, OPTIONS, 3), tmp_path / "two")
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert len(content(tmp_path / "one")) == 3 * 12 + 4


def test_results_are_those_of_a_single_run_but_for_the_time(
    exercise: Exercise, tmp_path: Path, session: Session
) -> None:
    folder = make_class(tmp_path / "class", 4)
    run_class(exercise, hand_ins(folder), LocalEngine(exercise, OPTIONS, 1), tmp_path / "run")
    for one in folder.iterdir():
        alone = results(grade(exercise, [one], OPTIONS, session=session))
        assert alone.pop("execution_time") >= 0
        for test in alone["tests"]:
            assert test["extra_data"].pop("seconds") >= 0
        assert results_of(tmp_path / "run", one.name) == alone


def test_a_worker_that_dies_is_replaced_and_its_task_tried_again(
    exercise: Exercise, tmp_path: Path
) -> None:
    found = of_texts(
        {
            "a": "# size\n\n12\n",
            "b": f"POISON-ONCE {tmp_path / 'mark'}\n# size\n\n12\n",
            "c": "# size\n\n13\n",
        }
    )
    engine = LocalEngine(exercise, OPTIONS, 1, module=POISONED)
    done = {d.id: d for d in engine.run(Task(h.id, h.read) for h in found)}
    assert {name: d.attempts for name, d in done.items()} == {"a": 1, "b": 2, "c": 1}
    assert all(one.record is not None for one in done.values())


def fork_servers() -> set[int]:
    """The fork servers that this process has started."""
    found = set()
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            is_server = b"sandbox.server_main" in (entry / "cmdline").read_bytes()
            if is_server and int(parent) == os.getpid():
                found.add(int(entry.name))
    return found


def test_a_fork_server_that_is_ended_costs_no_submission(tmp_path: Path) -> None:
    (tmp_path / "exercise").mkdir()
    (tmp_path / "exercise" / "ref.py").write_text("def f(x):\n    return x + 1\n")
    exercise = make_exercise(tmp_path / "exercise", FUNCTION)
    files = FileSet()
    files.add("f.py", b"def f(x):\n    return 1 + x\n")
    others = fork_servers()
    tasks = [Task(name, lambda: files) for name in "abcde"]
    results = LocalEngine(exercise, OPTIONS, 2).run(tasks)
    done = [next(results)]
    (server,) = fork_servers() - others
    os.kill(server, signal.SIGKILL)
    done += results
    assert [one.problem for one in done] == [""] * 5
    assert max(one.attempts for one in done) > 1
    assert {one.record["outcomes"][0]["outcome"] for one in done} == {"correct"}


def test_a_submission_that_no_worker_survives_is_our_failure_and_stops_no_other(
    exercise: Exercise, tmp_path: Path
) -> None:
    texts = {f"s{n}": "# size\n\n12\n" for n in range(6)} | {"poison": "POISON-KILL"}
    engine = LocalEngine(exercise, OPTIONS, 2, module=POISONED)
    book = run_class(exercise, of_texts(texts), engine, tmp_path / "run")
    states = {entry.id: entry.state for entry in book.entries}
    assert states == {f"s{n}": "graded" for n in range(6)} | {"poison": "failed"}
    (failed,) = [entry for entry in book.entries if entry.state == "failed"]
    assert failed.grade is None
    assert "ended by signal 9" in failed.problem
    written = results_of(tmp_path / "run", "poison")
    assert all(test["extra_data"]["credit"] is None for test in written["tests"])
    assert all("score" not in test for test in written["tests"])


def test_a_crash_of_the_grader_is_told_and_not_tried_again(exercise: Exercise) -> None:
    engine = LocalEngine(exercise, OPTIONS, 1, module=POISONED)
    (done,) = engine.run([Task(h.id, h.read) for h in of_texts({"x": "POISON-RAISE"})])
    assert (done.record, done.attempts) == (None, 1)
    assert "RuntimeError: poisoned" in done.problem


def test_a_worker_that_hangs_is_ended(exercise: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.grading.batch.crew.MARGIN_SECONDS", 0.0)
    engine = LocalEngine(exercise, Options(seconds=1.0), 1, module=POISONED)
    texts = {"hangs": "POISON-HANG", "well": "# size\n\n12\n"}
    done = {d.id: d for d in engine.run(Task(h.id, h.read) for h in of_texts(texts))}
    assert (done["hangs"].record, done["hangs"].attempts) == (None, 3)
    assert "took too long" in done["hangs"].problem
    assert done["well"].record is not None


def test_a_hand_in_that_cannot_be_read_stops_no_other(exercise: Exercise, tmp_path: Path) -> None:
    def damaged() -> FileSet:
        raise SubmissionError("work.zip: the archive is damaged")

    def ours() -> FileSet:
        raise RuntimeError("a bug")

    found = [
        *of_texts({"b": "# size\n\n12\n"}),
        HandIn("a", damaged),
        HandIn("c", ours),
        HandIn("d", FileSet),
    ]
    book = run_class(exercise, found, LocalEngine(exercise, OPTIONS, 1), tmp_path / "run")
    assert [entry.state for entry in book.entries] == [
        "unreadable",
        "graded",
        "failed",
        "empty",
    ]
    assert book.entries[0].problem == "work.zip: the archive is damaged"
    assert "RuntimeError: a bug" in book.entries[2].problem
    for test in results_of(tmp_path / "run", "a")["tests"]:
        assert (test["extra_data"]["outcome"], test["extra_data"]["credit"]) == ("unreadable", None)


def test_only_the_questions_of_a_task_are_checked(exercise: Exercise) -> None:
    (found,) = of_texts({"a": "# size\n\n12\n\n# sum\n\nc\n"})
    (done,) = LocalEngine(exercise, OPTIONS, 1).run([Task("a", found.read, ("size",))])
    assert done.record is not None
    assert [o["question"] for o in done.record["outcomes"]] == ["size"]


def test_no_worker_starts_where_there_is_nothing_to_do(exercise: Exercise) -> None:
    assert list(LocalEngine(exercise, OPTIONS, 2, module="no.such.module").run([])) == []


def test_workers_that_cannot_start_end_the_run_in_one_line(exercise: Exercise) -> None:
    engine = LocalEngine(exercise, OPTIONS, 1, module="no.such.module")
    with pytest.raises(InternalError, match=r"no grading process can start: .*no\.such"):
        list(engine.run([Task(h.id, h.read) for h in of_texts({"a": ""})]))


def test_the_same_answer_is_judged_once(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    kind = kinds()["expression"]

    def counted(question, answer, tools) -> Outcome:
        calls.append(answer.written.text)
        return kind.check(question, answer, tools)

    monkeypatch.setitem(kinds(), "expression", dataclasses.replace(kind, check=counted))
    texts = {"a": "# sum\n\nc\n", "b": "# sum\n\nc\n\n# size\n\n1\n", "c": "# sum\n\n2*c\n"}
    here, there = Memo(), Memo()
    with Session() as session:
        for found in of_texts(texts):
            grade_files(exercise, found.read(), OPTIONS, session, memo=here)
        assert calls == ["c", "2*c"]
        there.learn(here.take_new())
        for found in of_texts(texts):
            grade_files(exercise, found.read(), OPTIONS, session, memo=there)
    assert calls == ["c", "2*c"]
    assert here.take_new() == []


def test_a_gpu_that_is_not_here_is_refused_before_anything_is_written(exercise: Exercise) -> None:
    with pytest.raises(UsageError, match="there is no GPU here"):
        LocalEngine(exercise, Options(device="cuda"))


def test_the_processes_use_the_device_that_was_chosen(exercise: Exercise) -> None:
    assert LocalEngine(exercise, Options(device="auto")).options.device == choose_device("auto")
