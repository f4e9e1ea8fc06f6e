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


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Gradescope's folders with the package unpacked and set up."""
    root = tmp_path_factory.mktemp("autograder")
    for name in ("source", "submission", "results"):
        (root / name).mkdir()
    archive = root / "autograder.zip"
    write_package([load(PS09)], archive)
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            opened.extract(entry, root / "source")
            (root / "source" / entry.filename).chmod(entry.external_attr >> 16)
    shutil.copy2(root / "source" / "run_autograder", root / "run_autograder")
    done = bash(root, root / "source" / "setup.sh")
    assert done.returncode == 0, done.stderr
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
