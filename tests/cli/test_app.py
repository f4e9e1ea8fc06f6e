"""The program as its users call it: words, exit codes, no tracebacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import __version__
from autograder.cli.app import VERBS
from tests.conftest import PS09, ROOT


def call(
    *arguments: object, cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        timeout=120,
    )


EXAMPLES = ROOT / "docs" / "examples"
THEORY = PS09 / "submissions" / "theory-mistakes"


def test_help_names_every_verb() -> None:
    done = call("--help")
    assert done.returncode == 0
    assert all(verb in done.stdout for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str) -> None:
    done = call(verb, "--help")
    assert done.returncode == 0
    assert "Usage: autograder" in done.stdout


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom autograder.cli.app import run\nrun(['--help'])\n"
        "heavy = {'torch', 'sympy', 'numpy', 'pydantic', 'flint', 'rich', 'yaml'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_version() -> None:
    assert call("--version").stdout.strip() == f"autograder, version {__version__}"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rum"], "no verb 'rum': did you mean run?"),
        (["run"], "Missing argument 'EXERCISE'"),
        (["run", "epfl-cs433-ps9", THEORY], "did you mean epfl-cs433-ps09?"),
        (["run", "epfl-cs433-ps09", "missing"], "missing: there is no such file or folder"),
        (["run", "epfl-cs433-ps09", THEORY, "-k", "xyz"], "-k 'xyz' selects no question"),
        (["run", "epfl-cs433-ps09", THEORY, "-k", "or"], "did not expect 'or' there"),
        (["run", "epfl-cs433-ps09", THEORY, "-o", "no/such/folder/r.json"], "does not exist"),
        (["run", "epfl-cs433-ps09", THEORY, "-o", "tests"], "tests is a folder; give a file"),
        (["run", "epfl-cs433-ps09", THEORY, "--device", "tpu"], "'tpu' is not one of"),
        (["run", "epfl-cs433-ps09", THEORY, "--sed", "1"], "No such option"),
        (["template", "nothing"], "no exercise 'nothing'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_4(arguments: list[object], words: str) -> None:
    done = call(*arguments)
    assert done.returncode == 4, done
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_a_broken_spec_tells_all_its_errors(tmp_path: Path) -> None:
    (tmp_path / "exercise.yaml").write_text("autograder: 1\nid: X\ntitel: T\nquestions: []\n")
    done = call("validate", tmp_path)
    assert done.returncode == 4
    assert len(done.stderr.strip().splitlines()) == 4
    assert "exercise.yaml:3:1: titel: unknown field: did you mean 'title'?" in done.stderr


def test_run_prints_a_table_and_writes_json(tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    done = call("run", "epfl-cs433-ps09", THEORY, "-k", "adam-m or sgdm", "-o", output)
    assert done.returncode == 0
    assert "  2.2  sgdm-m      0 / 3  wrong" in done.stdout
    assert "\x1b" not in done.stdout
    assert len(json.loads(output.read_text())["tests"]) == 4


def test_one_thing_is_told_in_the_singular() -> None:
    done = call("validate", EXAMPLES / "choice")
    assert "(1 question, 1 point)" in done.stdout


def test_strict_makes_a_lost_point_an_exit_code() -> None:
    assert call("run", "epfl-cs433-ps09", THEORY, "-k", "sgdm-m", "--strict").returncode == 1
    correct = PS09 / "submissions" / "correct"
    assert call("run", "epfl-cs433-ps09", correct, "-k", "sgdm-m", "--strict").returncode == 0


def test_options_come_from_the_environment_too() -> None:
    done = call("run", "epfl-cs433-ps09", THEORY, AUTOGRADER_SELECT="adam-w", AUTOGRADER_STRICT="1")
    assert done.returncode == 1
    assert "adam-w" in done.stdout
    assert "sgdm" not in done.stdout


def test_our_failure_is_exit_code_1() -> None:
    done = call("run", "epfl-cs433-ps09", THEORY, "-k", "sgdm-m", "--seconds", "1")
    assert done.returncode == 1
    assert "not reached" in done.stdout


def test_single_files_and_several_are_one_submission(tmp_path: Path) -> None:
    (tmp_path / "one.tex").write_text(r"\answer{sgdm-m}{c\frac{1-\beta^t}{1-\beta}}")
    (tmp_path / "two.yaml").write_text("adam-w: -eta*t")
    done = call(
        "run",
        "epfl-cs433-ps09",
        tmp_path / "one.tex",
        tmp_path / "two.yaml",
        "-k",
        "sgdm-m or adam-w",
    )
    assert "Total: 6 of 6 points" in done.stdout
    assert "one.tex was read in its place" in done.stdout


def test_the_schema_is_json() -> None:
    assert json.loads(call("schema").stdout)["title"] == "Exercise"


def test_the_schema_of_results_is_the_one_that_is_shipped() -> None:
    printed = json.loads(call("schema", "--of", "results").stdout)
    assert printed["title"] == "Gradescope results.json"


def test_a_closed_pipe_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m autograder schema | head -1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert "Traceback" not in done.stderr


def test_an_unexpected_error_is_one_line_and_exit_code_3(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from autograder.authoring import schema
    from autograder.cli.app import run

    def broken() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(schema, "spec_schema", broken)
    assert run(["schema"]) == 3
    assert capsys.readouterr().err.startswith("autograder: internal error: RuntimeError: boom")
