"""What is imported as the student's module, and what a test file may import."""

from __future__ import annotations

import json

from tests.checks.suites.files import HEAD

ADDING = HEAD + "class A(unittest.TestCase):\n    def test(self): self.assertEqual(add(1), 2)\n"


def test_a_notebook_is_a_module_of_its_definitions(judge) -> None:
    cells = ["x = 1 +", "def helper(a): return a + 1", "def add(a): return helper(a)", "1 / 0"]
    notebook = {
        "nbformat": 4, "nbformat_minor": 5, "metadata": {},
        "cells": [
            {"cell_type": "code", "source": c, "metadata": {}, "outputs": [], "execution_count": None}
            for c in cells
        ],
    }  # fmt: skip
    assert judge(ADDING, {"ex09.ipynb": json.dumps(notebook)}).credit == 1.0


def test_a_single_file_under_another_name_is_found(judge) -> None:
    renamed = judge(ADDING, {"mine.py": "def add(a): return a + 1"})
    assert renamed.credit == 1.0
    assert "Your file is called mine instead of ex09" in renamed.notes[0]


def test_a_file_may_import_its_neighbours(judge) -> None:
    files = {"ex09.py": "from zeta import add", "zeta.py": "def add(a): return a + 1"}
    assert judge(ADDING, files).credit == 1.0


def test_a_file_runs_whole_and_past_what_fails(judge) -> None:
    tests = (
        HEAD
        + "class A(unittest.TestCase):\n    def test(self): self.assertEqual(ex09.table, {1: 1, 2: 4})\n"
    )
    code = "table = {}\nfor i in (1, 2): table[i] = i * i\n1 / 0\nif __name__ == '__main__':\n    table = 0\n"
    assert judge(tests, code).credit == 1.0


def test_files_beside_the_tests_can_be_read_and_imported(judge) -> None:
    tests = (
        "import json, pathlib, helper, ex09\n"
        "def test():\n    table = json.loads(pathlib.Path('table.json').read_text())\n"
        "    assert ex09.f(helper.TWO) == table['four']\n"
    )
    outcome = judge(
        tests, "def f(x): return x * x", kind="pytest", more="    with_files: [helper.py, table.json]\n",
        helper__py="TWO = 2", table__json='{"four": 4}',
    )  # fmt: skip
    assert outcome.credit == 1.0, outcome
