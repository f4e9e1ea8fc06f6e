"""The Ray engine on two nodes: the local engine's results, whatever is lost on the way."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.exercise.model import Exercise
from autograder.grading.batch.cluster import RayEngine
from autograder.grading.batch.engine import Done, Task
from autograder.grading.batch.local import LocalEngine
from autograder.grading.grade import Options
from tests.conftest import ROOT
from tests.grading.batch.classroom import (
    OPTIONS,
    content,
    hand_ins,
    make_class,
    of_texts,
    run_class,
)
from tests.grading.cluster.conftest import Nodes

pytestmark = pytest.mark.slow

POISONED = "tests.grading.batch.poisoned"


def run(engine: RayEngine, texts: dict[str, str]) -> dict[str, Done]:
    return {done.id: done for done in engine.run(Task(h.id, h.read) for h in of_texts(texts))}


def test_every_file_is_the_one_of_the_local_engine(
    cluster: Nodes, exercise: Exercise, tmp_path: Path
) -> None:
    found = hand_ins(make_class(tmp_path / "class", 12))
    run_class(exercise, found, LocalEngine(exercise, OPTIONS, 1), tmp_path / "local")
    engine = RayEngine(exercise, OPTIONS, address=cluster.address)
    run_class(exercise, found, engine, tmp_path / "ray")
    assert content(tmp_path / "local") == content(tmp_path / "ray")
    assert len(content(tmp_path / "ray")) >= 2 * 12


def test_poison_is_our_failure_and_harms_none_of_its_sixteen_neighbours(
    cluster: Nodes, exercise: Exercise, tmp_path: Path
) -> None:
    texts = {f"s{number:02}": "# size\n\n12\n" for number in range(16)}
    texts |= {
        "kills": "POISON-KILL",
        "once": f"POISON-ONCE {tmp_path / 'mark'}\n# size\n\n12\n",
        "raises": "POISON-RAISE",
    }
    engine = RayEngine(exercise, OPTIONS, address=cluster.address, module=POISONED)
    done = run(engine, texts)
    assert all(done[f"s{number:02}"].record is not None for number in range(16))
    assert all(done[f"s{number:02}"].attempts == 1 for number in range(16))
    assert (done["kills"].record, done["kills"].attempts) == (None, 3)
    assert "ended by signal 9" in done["kills"].problem
    assert (done["once"].record is not None, done["once"].attempts) == (True, 2)
    # A crash that leaves the process alive is no accident: a second try would end the same way.
    assert (done["raises"].record, done["raises"].attempts) == (None, 1)


def test_a_process_that_hangs_is_ended_on_its_node(
    cluster: Nodes, exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.grading.batch.crew.MARGIN_SECONDS", 0.0)
    monkeypatch.setattr("autograder.grading.batch.local.MOST_ATTEMPTS", 1)
    engine = RayEngine(
        exercise, Options(device="cpu", seconds=1.0), address=cluster.address, module=POISONED
    )
    done = run(engine, {"hangs": "POISON-HANG", "well": "# size\n\n12\n"})
    assert "took too long" in done["hangs"].problem
    assert done["well"].record is not None
    assert eventually(lambda: not graders())


def test_a_node_that_is_lost_costs_nobody_a_grade_and_a_new_one_is_used(
    cluster: Nodes, exercise: Exercise, tmp_path: Path
) -> None:
    slow = {f"s{number}": f"POISON-SLOW\n# size\n\n{number}\n" for number in range(8)}
    engine = RayEngine(exercise, OPTIONS, address=cluster.address, module=POISONED)
    done: list[Done] = []
    for one in engine.run(Task(h.id, h.read) for h in of_texts(slow)):
        done.append(one)
        if len(done) == 2:
            cluster.tell("lose")
        if len(done) == 4:
            cluster.tell("add")
    assert {one.id for one in done} == set(slow)
    assert all(one.record is not None for one in done)
    assert sum(one.attempts for one in done) <= len(slow) + 1


def test_a_grader_that_is_killed_leaves_nothing_behind_and_resumes_to_the_same_bytes(
    cluster: Nodes, exercise: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    monkeypatch.chdir(ROOT)
    folder = make_class(tmp_path / "class", 80)
    run_class(exercise, hand_ins(folder), LocalEngine(exercise, OPTIONS, 1), tmp_path / "local")
    command = [sys.executable, "-m", "autograder", "grade", str(exercise.folder), str(folder)]
    command += ["-o", str(tmp_path / "ray"), "--engine", "ray", "--device", "cpu"]
    killed = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    assert eventually(lambda: results_in(tmp_path / "ray") > 3, 60)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert results_in(tmp_path / "ray") < 80
    assert eventually(lambda: not graders())
    resumed = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False)
    assert resumed.returncode == 0, resumed.stderr
    assert graded(tmp_path / "ray") == graded(tmp_path / "local")


def results_in(folder: Path) -> int:
    return len(list(folder.glob("submissions/*/results.json")))


def graded(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in content(folder).items() if name.startswith("submissions")}


def graders() -> list[int]:
    """The processes on the nodes that grade: they live in the bundle's folder."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and "/autograder-cargo-" in str((folder / "cwd").readlink()):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def eventually(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()
