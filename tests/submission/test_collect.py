from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from autograder.submission.collect import collect
from autograder.submission.model import Submission

QUESTIONS = ["one", "two"]


def book(*cells: tuple[str, str]) -> str:
    listed = [{"cell_type": kind, "source": source} for kind, source in cells]
    return json.dumps({"cells": listed})


def read(hand_in: Callable[..., Path], files: dict[str, str]) -> Submission:
    return collect([hand_in(files)], QUESTIONS, notebook="ex.ipynb", names=["f", "g"])


def test_answers_come_from_every_place(hand_in: Callable[..., Path]) -> None:
    found = read(
        hand_in,
        {"answers.yaml": "one: 1\n", "ex.ipynb": book(("markdown", "# two\n2"), ("code", "f = 1"))},
    )
    assert {name: answer.text for name, answer in found.answers.items()} == {"one": "1", "two": "2"}
    assert str(found.answers["two"].place) == "ex.ipynb, cell 1, line 1"
    assert [source.label for source in found.sources] == ["ex.ipynb, cell 2"]
    assert found.notes == ()


def test_another_name_is_read_with_a_note(hand_in: Callable[..., Path]) -> None:
    found = read(hand_in, {"homework.md": "# one\n1", "final (2).ipynb": book(("code", "f = 1"))})
    assert found.answers["one"].text == "1"
    assert "There is no answers.md; homework.md was read in its place." in found.notes
    assert (
        "The notebook is called final (2).ipynb instead of ex.ipynb; it was graded." in found.notes
    )


def test_of_several_notebooks_the_one_with_the_definitions_is_graded(
    hand_in: Callable[..., Path],
) -> None:
    found = read(
        hand_in,
        {"a.ipynb": book(("code", "x = 1")), "b.ipynb": book(("code", "def f(): pass\ng = 2"))},
    )
    assert [source.label for source in found.sources] == ["b.ipynb, cell 1"]
    assert any("Of several notebooks, b.ipynb is graded" in note for note in found.notes)


def test_the_notebook_has_the_last_word(hand_in: Callable[..., Path]) -> None:
    found = read(hand_in, {"ex.py": "f = 1", "ex.ipynb": book(("code", "f = 2"))})
    assert [source.text for source in found.sources] == ["f = 1", "f = 2"]
    assert any("f is defined in ex.py and ex.ipynb" in note for note in found.notes)


def test_the_digest_is_of_the_content(hand_in: Callable[..., Path], tmp_path: Path) -> None:
    first = read(hand_in, {"answers.md": "# one\n1"}).digest
    again = read(hand_in, {"answers.md": "# one\n1"}).digest
    other = read(hand_in, {"answers.md": "# one\n2"}).digest
    assert first == again != other


def test_nothing_is_an_empty_submission(hand_in: Callable[..., Path]) -> None:
    assert read(hand_in, {}).is_empty
    assert read(hand_in, {"readme.md": "# one\n1"}).is_empty


def test_what_cannot_be_graded_is_named_with_what_can(hand_in: Callable[..., Path]) -> None:
    (note,) = read(hand_in, {"homework.pdf": "%PDF", "scan.jpg": "x"}).notes
    assert note == (
        "Nothing that can be graded was found: there is homework.pdf, scan.jpg; "
        "expected are answers.yaml, answers.md, answers.tex, ex.ipynb."
    )
