from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import SubmissionError
from autograder.submission.classes import read_class
from autograder.submission.roster import Student
from tests.submission.classes.exports import by_id, contents, folder, in_both_forms

FILES = {
    "huberanna_LATE_1001_90001_ex09-2.ipynb": "{}",
    "huberanna_LATE_1001_90002_answers.md": "a",
    "itoben_1002_90003_ex09.ipynb": "{ }",
    "itoben_1002_90004_my_3_layers_1_2.py": "m",
    "o_dea_carl_1003_90005_hw.md": "c",
}


def test_the_files_of_each_student(tmp_path: Path) -> None:
    for roll in in_both_forms(tmp_path, FILES):
        assert roll.kind == "canvas"
        assert roll.notes == ()
        assert contents(roll) == {
            "huberanna_1001": {"answers.md": b"a", "ex09.ipynb": b"{}"},
            "itoben_1002": {"ex09.ipynb": b"{ }", "my_3_layers_1_2.py": b"m"},
            "o_dea_carl_1003": {"hw.md": b"c"},
        }
        found = by_id(roll)
        assert found["huberanna_1001"].is_marked_late
        assert found["huberanna_1001"].late_seconds is None
        assert not found["itoben_1002"].is_marked_late
        assert found["itoben_1002"].students == (Student("itoben", account="1002"),)


def test_the_count_of_handing_in_again_goes_where_the_name_is_free(tmp_path: Path) -> None:
    files = {
        "anna_1_10_ex-1.py": "a1",
        "anna_1_11_ex.py": "a",
        "ben_2_12_ex-13.py": "b",
    }
    assert contents(read_class(folder(tmp_path, files))) == {
        "anna_1": {"ex-1.py": b"a1", "ex.py": b"a"},
        "ben_2": {"ex.py": b"b"},
    }


def test_a_count_that_everybody_has_is_the_file_s_own(tmp_path: Path) -> None:
    files = {f"n{n}_{n}_{n + 100}_homework-2.ipynb": "{}" for n in range(1, 5)}
    roll = read_class(folder(tmp_path, files))
    assert all(list(h.read().files) == ["homework-2.ipynb"] for h in roll.hand_ins)


def test_two_files_of_one_name_are_both_told(tmp_path: Path) -> None:
    files = {"anna_1_10_ex.py": "first", "anna_1_11_ex.py": "second"}
    (anna,) = read_class(folder(tmp_path, files)).hand_ins
    read = anna.read()
    assert read.files == {"ex.py": b"first"}
    assert "twice" in read.notes[0]


def test_what_was_typed_and_links(tmp_path: Path) -> None:
    files = {
        "anna_1_text.html": "<h2>adam-w</h2><p>x</p><ul><li>y</li></ul>",
        "ben_LATE_2_link.html": "<a href='http://example.org'>x</a>",
    }
    found = by_id(read_class(folder(tmp_path, files)))
    assert found["anna_1"].read().files == {"text.md": b"## adam-w\n\nx\n\n* y\n"}
    with pytest.raises(SubmissionError, match="A link was handed in; it was not followed"):
        found["ben_2"].read()
    assert found["ben_2"].is_marked_late


@pytest.mark.parametrize(
    "name", ["anon_x1Y2z_90001_a.md", "anon_LATE_x1Y2z_90001_a.md", "anon_x1Y2z_LATE_90001_a.md"]
)
def test_an_anonymous_assignment(tmp_path: Path, name: str) -> None:
    (hand_in,) = read_class(folder(tmp_path, {name: "a"})).hand_ins
    assert hand_in.id == "anon_x1Y2z"
    assert hand_in.students == (Student("", account="x1Y2z"),)
    assert hand_in.is_marked_late == ("LATE" in name)
    assert hand_in.read().files == {"a.md": b"a"}


@pytest.mark.parametrize(
    "files",
    [
        {"anna_2026_11_report.ipynb": "a", "ben_2026_11_report.ipynb": "b"},
        {"anna_1_11_report.ipynb": "a", "ben.ipynb": "b"},
        {"anna_1_11_report.ipynb": "a", "ben_2_11_report.ipynb": "b"},
        {"anna_1_11_report.ipynb/a.md": "a"},
    ],
)
def test_names_that_only_look_alike(tmp_path: Path, files: dict[str, str]) -> None:
    assert read_class(folder(tmp_path, files)).kind == "folder"


def test_a_file_that_somebody_put_beside_them(tmp_path: Path) -> None:
    roll = read_class(folder(tmp_path, {**FILES, "gradebook.csv": "x", "old/notes.txt": "x"}))
    assert roll.kind == "canvas"
    assert len(roll.hand_ins) == 3
    assert [note.split()[0] for note in roll.notes] == ["gradebook.csv", "old"]
