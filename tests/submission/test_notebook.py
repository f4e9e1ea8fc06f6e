from __future__ import annotations

import json

import pytest

from autograder.submission.notebook import read_notebook


def notebook(*cells: tuple[str, object]) -> dict[str, object]:
    listed = [{"cell_type": kind, "source": source, "metadata": {}} for kind, source in cells]
    return {"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


TWO = notebook(("markdown", ["# a\n", "b"]), ("code", "x = 1\r\ny = 2"))


def test_cells_with_their_numbers() -> None:
    cells = read_notebook(json.dumps(TWO).encode(), "a.ipynb").cells
    assert [(c.number, c.kind, c.text) for c in cells] == [
        (1, "markdown", "# a\nb"),
        (2, "code", "x = 1\ny = 2"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    data = json.dumps(notebook(("markdown", "β")), ensure_ascii=False).encode(encoding)
    assert read_notebook(data, "a.ipynb").cells[0].text == "β"


def test_a_notebook_in_latin_1_is_read_with_a_note() -> None:
    text = "Für große Schrittweiten fällt die Genauigkeit; das überrascht nicht."
    data = json.dumps(notebook(("markdown", text)), ensure_ascii=False).encode("latin-1")
    read = read_notebook(data, "a.ipynb")
    assert read.cells[0].text == text
    assert "not UTF-8" in read.note


def test_an_old_format() -> None:
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}], "nbformat": 3}
    assert read_notebook(json.dumps(old).encode(), "a.ipynb").cells[0].text == "x = 1"


def test_a_notebook_that_is_cut_off_gives_its_first_cells() -> None:
    text = json.dumps(notebook(("code", "x = 1"), ("code", "y = 2"), ("code", "z = 3")))
    read = read_notebook(text[: text.index("z = 3")].encode(), "a.ipynb")
    assert [cell.text for cell in read.cells] == ["x = 1", "y = 2"]
    assert "cut off" in read.note
    assert "first 2 cells" in read.note


def test_a_merge_conflict_in_the_json_is_named_with_its_line() -> None:
    text = json.dumps(TWO, indent=1).replace('"x = 1', '"x = 1"\n<<<<<<< HEAD\n"')
    read = read_notebook(text.encode(), "a.ipynb")
    assert "merge-conflict markers" in read.note
    assert read.cells[0].text == "# a\nb"


@pytest.mark.parametrize("data", [b"", b"print('hi')", b"[1, 2]", b"null", b"{}", b'{"cells": 5}'])
def test_what_is_no_notebook_is_said(data: bytes) -> None:
    read = read_notebook(data, "a.ipynb")
    assert read.cells == ()
    assert read.note.startswith("a.ipynb")


@pytest.mark.parametrize(
    "cells",
    [
        [None, 5, "x", {"cell_type": "code", "source": "x = 1"}],
        [{"cell_type": ["code"], "source": {"a": 1}}, {"cell_type": "code", "source": "x = 1"}],
        [{"source": [1, None]}, {"cell_type": "code", "source": ["x = 1"]}],
    ],
)
def test_hostile_cells_cost_only_themselves(cells: list[object]) -> None:
    read = read_notebook(json.dumps({"cells": cells}).encode(), "a.ipynb")
    assert read.cells[-1].text == "x = 1"


def test_deep_json_is_refused_not_fatal() -> None:
    assert read_notebook(b'{"cells": ' + b"[" * 100_000, "a.ipynb").cells == ()


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", "<<<<<<< Updated upstream"])
def test_a_merge_conflict_in_the_json_is_resolved_where_a_side_is_whole(mark: str) -> None:
    text = json.dumps(notebook(("code", "x = 1"), ("code", "y = 2")), indent=1)
    line = next(line for line in text.split("\n") if "x = 1" in line)
    theirs = line.replace("x = 1", "x = 3")
    conflict = f"{mark}\n{line}\n=======\n{theirs}\n>>>>>>> other"
    read = read_notebook(text.replace(line, conflict).encode(), "a.ipynb")
    assert [cell.text for cell in read.cells] == ["x = 1", "y = 2"]
    assert "one side of the conflict was graded" in read.note
