"""Of a student's code only definitions are run, and what these need."""

from __future__ import annotations

import ast

import pytest

from autograder.sandbox.definitions import find_definitions, without_magics


def kept(*sources: str, names: tuple[str, ...] = ("f",)) -> list[str]:
    return [ast.unparse(piece.node) for piece in find_definitions(sources).needed(names)]


def test_definitions_are_kept_and_experiments_are_not() -> None:
    source = """
import math
SIZE = 28
f = lambda x: x
def g(): return math.floor(f)
class C: pass
print("experiment")
loaders = get_dataloaders()
for i in range(10**9): pass
g()
"""
    assert kept(source) == [
        "import math",
        "SIZE = 28",
        "f = lambda x: x",
        "def g():\n    return math.floor(f)",
        "class C:\n    pass",
    ]


def test_an_assignment_is_kept_where_a_graded_name_needs_it() -> None:
    source = "conv = partial(Conv, 5)\nother = slow()\ndef f(): return conv(1)"
    assert kept(source) == ["conv = partial(Conv, 5)", "def f():\n    return conv(1)"]


def test_needs_are_followed_through_other_definitions() -> None:
    source = "a = make()\ndef g(): return a\ndef f(): return g()\nunused = make()"
    assert "a = make()" in kept(source)
    assert "unused = make()" not in kept(source)


def test_a_local_name_is_no_need() -> None:
    source = "model = slow()\ndef f(model): return model\ndef g():\n    model = 1\n    return model"
    assert "model = slow()" not in kept(source)


def test_imports_that_are_tried_are_kept() -> None:
    source = "try:\n    import torch\nexcept ImportError:\n    install('torch')"
    assert kept(source) == [source.replace("'", "'")]


def test_the_main_guard_does_not_matter() -> None:
    assert kept("if __name__ == '__main__':\n    run()") == []


def test_a_later_definition_comes_later() -> None:
    assert kept("def f(): return 1", "def f(): return 2")[-1] == "def f():\n    return 2"


def test_numbers_that_take_for_ever_are_not_constants() -> None:
    assert kept("BIG = 9**9**9") == []


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        ("%matplotlib inline\ndef f(): pass", 1),
        ("!pip install torch\ndef f(): pass", 1),
        ("%%time\ndef f(): pass", 1),
        ("files = !ls\ndef f(): pass", 1),
        ("torch.nn?\ndef f(): pass", 1),
        ("def f():\n    %time x = 1\n    return 2", 1),
    ],
)
def test_magics_are_passed_over(cell: str, lines: int) -> None:
    assert len([line for line in kept(cell) if line.startswith("def f")]) == lines


@pytest.mark.parametrize(
    "cell", ["%%bash\nrm -rf /", "%%html\n<b>", "%%writefile x.py\ndef f(): pass"]
)
def test_cells_in_other_languages_are_passed_over(cell: str) -> None:
    found = find_definitions([cell])
    assert found.pieces == []
    assert found.unreadable == []


def test_magics_keep_the_numbers_of_lines() -> None:
    assert without_magics("%a\nx = 1\n!b").split("\n") == ["pass", "x = 1", "pass"]


def test_a_percent_sign_in_a_string_is_text() -> None:
    source = 'def f():\n    """\n%not magic\n"""\n    return 1'
    assert "%not magic" in kept(source)[0]


@pytest.mark.parametrize(
    ("cell", "line", "words"),
    [
        ("def f(:\n    pass", 1, "SyntaxError"),
        ("x = 1\n  y = 2", 2, "IndentationError"),
        (
            "def f():\n<<<<<<< HEAD\n    return 1\n=======\n    return (\n",
            2,
            "merge-conflict",
        ),
        ("x = '\x00'", 1, "null"),
        ("(" * 1000, 1, ""),
    ],
)
def test_a_broken_cell_is_named_and_hides_no_other(cell: str, line: int, words: str) -> None:
    found = find_definitions([cell, "def g(): pass"])
    assert [piece.defines for piece in found.pieces] == [frozenset({"g"})]
    assert (found.unreadable[0].source, found.unreadable[0].line) == (0, line)
    assert words in found.unreadable[0].message


def test_a_broken_cell_tells_what_it_seems_to_define() -> None:
    found = find_definitions(["def f(:\n    pass\nclass C: pass\nget_mlp = lambda x: )"])
    assert found.unreadable[0].names == ("f", "C", "get_mlp")


@pytest.mark.parametrize(
    ("ours", "theirs", "kept_lines"),
    [
        ("    return 1\n", "    return 2\n", "return 1"),
        ("    raise NotImplementedError\n", "    return 2\n", "return 2"),
        ("    return (\n", "    return 2\n", "return 2"),
        ("    return 1\n||||||| base\n    return 0\n", "    return 2\n", "return 1"),
    ],
)
def test_a_merge_conflict_is_resolved_to_the_side_that_can_be_graded(
    ours: str, theirs: str, kept_lines: str
) -> None:
    cell = f"x = 1\ndef f():\n<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> b\ny = 2"
    found = find_definitions([cell])
    assert kept_lines in ast.unparse(found.pieces[1].node)
    assert found.resolved == [(0, 3)]
    assert found.pieces[2].node.lineno == cell.count("\n") + 1


def test_a_template_left_behind_does_not_undo_what_was_written() -> None:
    stub = "def f():\n    raise NotImplementedError"
    found = find_definitions(["def f():\n    return 1", stub])
    assert [piece.source for piece in found.needed(["f"])] == [0]
    assert [piece.source for piece in find_definitions([stub]).needed(["f"])] == [0]


def test_imports_of_one_line_stand_alone() -> None:
    pieces = find_definitions(["import a, b.c as d\nfrom e import f, g as h"]).pieces
    assert [sorted(piece.defines) for piece in pieces] == [["a"], ["d"], ["f"], ["h"]]


def test_containers_grow_where_they_are_needed() -> None:
    cell = "sizes = []\nsizes.append(3)\nother.append(4)\ndef f(): return sizes"
    needed = find_definitions([cell]).needed(["f"])
    assert [piece.node.lineno for piece in needed] == [1, 2, 4]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("from sklearn.metrics import confusion_matrix", False),
        ("import pandas as pd", False),
        ("import torch.nn.functional as F", True),
        ("import torch.utils.data", True),
        ("from torchvision import *", True),
        ("from mine import graded", True),
    ],
)
def test_an_import_that_nobody_reads_is_not_run(line: str, kept: bool) -> None:
    source = f"import torch\n{line}\ndef f(x):\n    return F.relu(torch.abs(x))\n"
    run = [ast.unparse(piece.node) for piece in find_definitions([source]).needed(["graded"])]
    assert (line in run) == kept
