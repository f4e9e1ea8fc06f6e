"""The same class under Otter: each hand-in a notebook, the peer's tests as Otter's own."""

from __future__ import annotations

import ast
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.classroom.peer.run_tests import MODULES

PEER = Path(__file__).parent / "peer"
SECONDS = 300
_TEST = '''OK_FORMAT = True

test = {{"name": {name!r}, "points": {points}, "suites": [{{"scored": True, "setup": "", "teardown": "",
"type": "doctest", "cases": [{{"hidden": True, "locked": False, "code": r"""
>>> import os, sys
>>> os.environ["SUBMISSION"] = FOLDER
>>> sys.path[:0] = {folders!r}
>>> import {module}
>>> {module}.{case}({method!r}).debug()
"""}}]}}]}}
'''


def make_archive(program: str, folder: Path, what: str) -> Path:
    """What `otter run` grades with: a test for each question of `theory`, `code` or `both`."""
    tests, archive = folder / "tests", folder / "autograder.zip"
    tests.mkdir()
    folders = [str(PEER), str(PEER.parents[2])]
    for module in MODULES[what]:
        for case, method, points in _methods(module):
            name = method.removeprefix("test_")
            text = _TEST.format(
                name=name, points=points, folders=folders, module=module, case=case, method=method
            )
            (tests / f"{name}.py").write_text(text)
    command = [program, "generate", "-t", str(tests), "-o", str(archive), "--no-environment"]
    subprocess.run(command, check=True, capture_output=True)
    return archive


def _methods(module: str) -> list[tuple[str, str, int]]:
    """The peer's tests with their points, read and not run: they need a submission at once."""
    found = []
    for case in ast.parse((PEER / f"{module}.py").read_text()).body:
        for node in case.body if isinstance(case, ast.ClassDef) else ():
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                weights = [d for d in node.decorator_list if ast.unparse(d).startswith("weight(")]
                found.append((case.name, node.name, int(ast.unparse(weights[0])[7:-1])))
    return found


def run_all(program: str, archive: Path, jobs: list[tuple[str, str]], workers: int) -> None:
    """Grade each folder with `otter run`, so many at a time; results go to the paths given."""

    def one(job: tuple[str, str]) -> None:
        folder, results = job
        place = Path(results).with_suffix("")
        place.mkdir()
        cell = {"cell_type": "code", "id": "a", "execution_count": None, "metadata": {}}
        content = {
            "cells": [{**cell, "outputs": [], "source": f"FOLDER = {folder!r}"}],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        notebook = place / "hand_in.ipynb"
        notebook.write_text(json.dumps(content))
        command = [program, "run", "-a", str(archive), "-o", str(place), "--no-logo", str(notebook)]
        subprocess.run(
            command,
            cwd=place,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            timeout=SECONDS,
        )
        if (place / "results.json").is_file():
            Path(results).write_text((place / "results.json").read_text())

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, jobs))
