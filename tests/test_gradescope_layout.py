"""The zip for Gradescope, unpacked into a copy of its harness's layout, set up and run there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from autograder.authoring.package import write_package
from autograder.checks.catalogue import load
from autograder.reports import gradescope
from tests.conftest import PS09

SCHEMA = json.loads((Path(gradescope.__file__).parent / "results.schema.json").read_text())

pytestmark = pytest.mark.slow


def environment(root: Path) -> dict[str, str]:
    """What the harness's shell has, and the way to packages that this machine is configured with."""
    kept = {
        key: value for key, value in os.environ.items() if key.startswith(("PIP_", "SSL_", "UV_"))
    }
    home = root / "home"
    home.mkdir(exist_ok=True)
    path = os.environ["PATH"]
    return {
        **kept,
        "PATH": path,
        "HOME": str(home),
        "AUTOGRADER_ROOT": str(root),
        "LANG": "C.UTF-8",
    }


def bash(root: Path, script: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(script)],
        cwd=root,
        env={**environment(root), **extra},
        capture_output=True,
        text=True,
        timeout=900,
    )


def unpacked(root: Path, exercise: Path, **extra: str) -> Path:
    """Gradescope's folders in `root`, with an exercise's package unpacked and set up."""
    for name in ("source", "submission", "results"):
        (root / name).mkdir()
    archive = root / "autograder.zip"
    write_package([load(exercise)], archive)
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            opened.extract(entry, root / "source")
            (root / "source" / entry.filename).chmod(entry.external_attr >> 16)
    shutil.copy2(root / "source" / "run_autograder", root / "run_autograder")
    done = bash(root, root / "source" / "setup.sh", **extra)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """PS09 in Gradescope's folders."""
    root = unpacked(tmp_path_factory.mktemp("autograder"), PS09)
    yield root
    shutil.rmtree(root, ignore_errors=True)  # the environment is large


def run(root: Path, files: dict[str, str] | Path, **extra: str) -> dict:
    """Hand in, run as the harness does, and read the result."""
    shutil.rmtree(root / "submission")
    if isinstance(files, Path):
        shutil.copytree(files, root / "submission")
    else:
        (root / "submission").mkdir()
        for name, text in files.items():
            (root / "submission" / name).write_text(text, encoding="utf-8")
    done = bash(root, root / "run_autograder", **extra)
    assert done.returncode == 0, done.stderr
    content = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, SCHEMA)
    return content


def outcomes(content: dict) -> dict[str, str]:
    return {t["extra_data"]["question"]: t["extra_data"]["outcome"] for t in content["tests"]}


def test_a_correct_submission(root: Path) -> None:
    content = run(root, PS09 / "submissions" / "correct")
    assert content["score"] == 100
    assert set(outcomes(content).values()) == {"correct"}
    assert len(content["leaderboard"]) == 3
    assert content["extra_data"]["confined"] is True


def test_a_wrong_submission(root: Path) -> None:
    content = run(root, PS09 / "submissions" / "theory-mistakes")
    assert content["score"] == 12.5
    assert outcomes(content)["sgdm-m"] == "wrong"


def test_an_empty_submission(root: Path) -> None:
    content = run(root, {})
    assert content["score"] == 0
    assert set(outcomes(content).values()) == {"unanswered"}


def test_a_crashing_submission(root: Path) -> None:
    content = run(root, PS09 / "submissions" / "crashing")
    assert content["score"] == 3
    assert outcomes(content)["mlp"] == "killed"
    assert outcomes(content)["adam-w"] == "correct"


def test_a_submission_cannot_leave_a_result_of_its_own(root: Path) -> None:
    forged = json.dumps({"score": 100})
    content = run(
        root,
        {"results.json": forged, "ex09.py": "open('../results/results.json', 'w').write('{}')"},
    )
    assert content["score"] == 0


def test_a_grader_that_cannot_run_still_answers(root: Path) -> None:
    packaged = root / "source" / "packaged.json"
    kept = packaged.read_text()
    try:
        packaged.write_text("{}")
        content = run(root, {"answers.yaml": "adam-w: -eta*t"})
    finally:
        packaged.write_text(kept)
    assert "not your fault" in content["output"]
    assert "packaged.json" in content["extra_data"]["details"]


def test_a_grader_that_is_killed_still_answers(root: Path) -> None:
    content = run(root, {"answers.yaml": "adam-w: -eta*t"}, AUTOGRADER_HARNESS_SECONDS="0.01")
    assert "not your fault" in content["output"]
    assert "exit status 124" in content["extra_data"]["details"]
    assert content["tests"] == []


def test_setting_up_again_does_nothing(root: Path) -> None:
    done = bash(root, root / "source" / "setup.sh")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


FORMULAS = """autograder: 1
id: formulas
title: Formulas
questions:
  - {id: it, kind: expression, title: It, symbols: {t: real}, answer: sin(t)^2 + cos(t)^2}
"""


def test_formulas_alone_are_set_up_without_torch_and_fit_into_300_megabytes(tmp_path: Path) -> None:
    exercise = tmp_path / "formulas"
    exercise.mkdir()
    (exercise / "exercise.yaml").write_text(FORMULAS)
    root = tmp_path / "box"
    root.mkdir()
    unpacked(root, exercise)
    installed = {path.name for path in (root / "source" / ".venv").glob("lib/*/site-packages/*")}
    assert not {"torch", "torchvision"} & installed
    size = sum(path.lstat().st_size for path in (root / "source").rglob("*"))
    assert size < 300 << 20
    assert run(root, {"answers.yaml": "it: 1"})["score"] == 1.0
    # Code that nobody asked for changes nothing.
    assert run(root, {"answers.yaml": "it: 1", "ex.py": "import torch"})["score"] == 1.0


SLOW = """autograder: 1
id: slow
title: Slow
policy: {seconds: 15}
questions:
  - {id: written, kind: number, title: Written, answer: 2}
  - id: first
    kind: module
    title: First
    name: first
    seconds: 1000
    reference: right.py:first
    cases: [{arguments: [], input: [2, 4]}]
  - id: second
    kind: module
    title: Second
    name: second
    reference: right.py:second
    cases: [{arguments: [], input: [2, 4]}]
"""
NETWORKS = """
import torch.nn as nn
def first():
    return nn.Linear(4, 2)
def second():
    return nn.Linear(4, 2)
"""


def test_the_grader_s_own_deadline_comes_first_and_keeps_what_is_done(
    root: Path, tmp_path: Path
) -> None:
    folder = root / "source" / "exercises" / "slow"
    folder.mkdir()
    (folder / "exercise.yaml").write_text(SLOW)
    (folder / "right.py").write_text(NETWORKS)
    packaged = root / "source" / "packaged.json"
    kept = packaged.read_text()
    looping = NETWORKS.replace("return nn.Linear(4, 2)", "while True: pass", 1)
    try:
        packaged.write_text('{"exercises": ["slow"], "torch": true}')
        content = run(root, {"answers.yaml": "written: 2", "networks.py": looping})
    finally:
        packaged.write_text(kept)
        shutil.rmtree(folder)
    assert outcomes(content) == {"written": "correct", "first": "skipped", "second": "skipped"}
    assert content["score"] == 1.0
