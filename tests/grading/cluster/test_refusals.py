"""What a cluster cannot do, or should not be trusted with, is refused in a line and without a wait."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.grading.batch.cluster import RayEngine, crew
from autograder.grading.batch.cluster.door import enter
from autograder.grading.batch.engine import Task
from autograder.grading.grade import Options
from autograder.submission.files import FileSet
from tests.grading.batch.classroom import OPTIONS
from tests.grading.cluster.conftest import Nodes


def refused(ray: RayEngine) -> str:
    with pytest.raises(UsageError) as caught:
        list(ray.run([Task("one", FileSet)]))
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_without_ray_the_extra_is_named(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "pip install 'autograder[ray]'" in refused(RayEngine(exercise, OPTIONS))


@pytest.mark.slow
def test_nobody_answers(cluster: Nodes, exercise: Exercise) -> None:
    assert "no Ray cluster answers" in refused(RayEngine(exercise, OPTIONS, address="127.0.0.1:9"))
    assert "HOST:PORT" in refused(RayEngine(exercise, OPTIONS, address="ray://127.0.0.1:10001"))


@pytest.mark.slow
def test_another_token_does_not_let_us_in(
    cluster: Nodes, exercise: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "token"
    other.write_text("0123456789abcdef")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(other))
    line = refused(RayEngine(exercise, OPTIONS, address=cluster.address))
    assert "does not take our token" in line
    # That no token is needed is a wish that this cluster does not grant.
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    assert refused(RayEngine(exercise, OPTIONS, address=cluster.address)) == line


@pytest.mark.slow
def test_no_node_has_a_gpu(cluster: Nodes, exercise: Exercise) -> None:
    line = refused(RayEngine(exercise, Options(device="cuda"), address=cluster.address))
    assert line.startswith("no node of the cluster has the 1 CPU and 0.25 of a GPU")
    assert line.count("(1 CPU, 0 GPU)") == 2


@pytest.mark.slow
def test_a_node_with_another_version_would_give_other_results(
    cluster: Nodes, exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "versions", lambda: {"autograder": "1", "torch": "1.13.1"})
    notes: list[str] = []
    line = refused(RayEngine(exercise, OPTIONS, address=cluster.address, note=notes.append))
    assert "not 1.13.1" in line
    assert notes[0] == "Grading in 2 processes on 2 nodes of the cluster"
    assert set(notes[1:]) == {line}


@pytest.mark.slow
def test_a_cluster_that_takes_everybody_is_not_joined_unasked(
    exercise: Exercise, open_cluster: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = RayEngine(exercise, OPTIONS, address=open_cluster.address)
    monkeypatch.delenv("RAY_AUTH_MODE")
    assert "asks for no token" in refused(ray)
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    assert enter(open_cluster.address) == (open_cluster.address, {"RAY_AUTH_MODE": "disabled"})
