"""The grader killed at random points, again and again: what is resumed ends with the same bytes."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.checks.catalogue import load
from autograder.grading.batch.crew import MODULE
from autograder.grading.batch.local import LocalEngine
from autograder.grading.session import Session
from tests.conftest import ROOT
from tests.grading.batch.classroom import (
    OPTIONS,
    Here,
    content,
    hand_ins,
    make_class,
    make_exercise,
    run_class,
)

KILLS = 50


def _grade(exercise_folder: Path, class_folder: Path, run_dir: Path, started: Any) -> None:
    exercise = load(exercise_folder)
    with Session() as session:
        started.set()
        run_class(exercise, hand_ins(class_folder), Here(exercise, session), run_dir, resume=True)


@pytest.mark.slow
def test_killed_fifty_times_and_resumed_it_ends_with_the_same_bytes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "tests.grading.batch.warmed"])
    folders = make_exercise(tmp_path / "exercise").folder, make_class(tmp_path / "class", 8)

    def start(run_dir: Path) -> Any:
        started = context.Event()
        process = context.Process(target=_grade, args=(*folders, run_dir, started))
        process.start()
        assert started.wait(60)
        return process

    whole = start(tmp_path / "whole")
    began = time.monotonic()
    whole.join(60)
    assert whole.exitcode == 0
    usual = time.monotonic() - began
    expected, run_dir = content(tmp_path / "whole"), tmp_path / "run"
    chance, kills, finished = random.Random(7), 0, 0
    while kills < KILLS or not finished:
        process = start(run_dir)
        process.join(chance.uniform(0, usual) if kills < KILLS else 60)
        process.kill()
        process.join()
        kills += process.exitcode == -signal.SIGKILL
        if process.exitcode == 0:
            finished += 1
            assert content(run_dir) == expected
            shutil.rmtree(run_dir)
    assert finished > 1


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    make_exercise(tmp_path / "exercise")
    make_class(tmp_path / "class", 300)  # so many that it is not over when the signal comes
    arguments = [
        "grade",
        str(tmp_path / "exercise"),
        str(tmp_path / "class"),
        "-j",
        "2",
        "--resume",
    ]
    return [sys.executable, "-m", "autograder", *arguments]


def _workers_of(pid: int) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            program = (path.parent / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(fields[1]) == pid and MODULE.encode() in program:
            yield int(path.parent.name)


def _wait_for(is_so: Any) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.005)


def test_workers_end_with_a_grader_that_is_killed(command: list[str], tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    process = subprocess.Popen([*command, "-o", str(run_dir)], cwd=ROOT, stdout=subprocess.DEVNULL)
    _wait_for(lambda: list(run_dir.glob("submissions/*/record.json")))
    workers = list(_workers_of(process.pid))
    process.kill()
    process.wait()
    assert len(workers) == 2
    _wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    done = subprocess.run([*command, "-o", str(run_dir)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    subprocess.run([*command, "-o", str(tmp_path / "whole")], cwd=ROOT, stdout=subprocess.DEVNULL)
    assert content(run_dir) == content(tmp_path / "whole")


def test_ctrl_c_says_how_to_go_on_and_keeps_what_is_there(
    command: list[str], tmp_path: Path
) -> None:
    run_dir = tmp_path / "run"
    process = subprocess.Popen(
        [*command, "-o", str(run_dir)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        # Tests that run in the background have the signal ignored, and so would the grader.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    _wait_for(lambda: list(run_dir.glob("submissions/*/record.json")))
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "to go on: the same command with" in printed and "--resume" in printed
    assert (run_dir / "report.html").is_file()
    lines = (run_dir / "grades.csv").read_text().splitlines()
    assert len(lines) == 1 + len(list(run_dir.glob("submissions/*/record.json")))


def test_killed_workers_cost_nobody_anything(tmp_path: Path) -> None:
    exercise = make_exercise(tmp_path / "exercise")
    found = hand_ins(make_class(tmp_path / "class", 15))
    run_class(exercise, found, LocalEngine(exercise, OPTIONS, 1), tmp_path / "whole")
    kills = iter(range(2))  # a third might hit the same submission, which is then given up

    def kill_one(entry: object) -> None:
        if next(kills, None) is not None:
            os.kill(next(_workers_of(os.getpid())), signal.SIGKILL)

    engine = LocalEngine(exercise, OPTIONS, 2)
    run_class(exercise, found, engine, tmp_path / "run", on_entry=kill_one)
    assert next(kills, None) is None
    assert content(tmp_path / "run") == content(tmp_path / "whole")
