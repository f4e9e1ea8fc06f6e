"""Called in a folder of student files, the program imports none of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.programs import command
from autograder.symbolic.prover import Prover
from autograder.symbolic.reader import parse_formula
from tests.symbolic.tables import table_of

SPEC = """autograder: 1
id: sample
title: A sample
symbols: {x: real, n: positive integer}
questions:
  - {id: sum, title: A sum, kind: expression, answer: "sum(k, k = 1..n)*x", points: 1}
"""
# What our processes import, each in its own way.
NAMES = (
    "sympy mpmath flint msgpack numpy yaml click rich torch random json runpy autograder".split()
)
AUTOGRADER = Path(sys.executable).with_name("autograder")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A submission of modules that leave a mark when they are imported."""
    (tmp_path / "exercise").mkdir()
    (tmp_path / "exercise" / "exercise.yaml").write_text(SPEC)
    hostile = tmp_path / "class" / "one"
    hostile.mkdir(parents=True)
    for place in (hostile, hostile.parent):
        for name in NAMES:
            mark = f"open({str(tmp_path / 'mark')!r}, 'a').write('{name} ')\n"
            (place / f"{name}.py").write_text(mark)
    (hostile / "answers.md").write_text("# sum\n\nn*(n + 1)*x/2\n")
    return tmp_path


@pytest.mark.parametrize(("verb", "more"), [("run", []), ("grade", ["-j", "1", "-o", "../../run"])])
def test_no_process_imports_a_student_s_file(folder: Path, verb: str, more: list[str]) -> None:
    inside = folder / "class" / "one"
    given = inside if verb == "run" else inside.parent
    called = [AUTOGRADER, verb, folder / "exercise", given, "--device", "cpu", *more]
    done = subprocess.run(called, cwd=inside, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not (folder / "mark").exists(), (folder / "mark").read_text()


def test_the_process_that_proves_does_not_either(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "class" / "one")
    table = table_of(x="real")
    left, right = (parse_formula(text, table) for text in ("sin(x)^2", "1 - cos(x)^2"))
    with Prover(seconds=20, patient=True) as prover:
        assert prover.proves_equal(left, right, table.symbols)
    assert not (folder / "mark").exists(), (folder / "mark").read_text()


def test_the_control_is_that_python_does_import_them(folder: Path) -> None:
    inside = folder / "class" / "one"
    subprocess.run([sys.executable, "-m", "json.tool", "--help"], cwd=inside, capture_output=True)
    assert "json" in (folder / "mark").read_text()


def test_a_module_that_is_run_gets_its_arguments_and_is_called_main(tmp_path: Path) -> None:
    done = subprocess.run(
        command("json.tool", "--help"), cwd=tmp_path, capture_output=True, text=True
    )
    assert "json.tool" in done.stdout
