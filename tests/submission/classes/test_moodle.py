from __future__ import annotations

from pathlib import Path

import pytest

from autograder.submission.classes import read_class
from autograder.submission.roster import Student
from tests.submission.classes.exports import by_id, contents, folder, in_both_forms

PAGE = "<p>## adam-w</p><p>x<sup>2</sup>&nbsp;+ a<sub>1</sub> &lt; 3</p><script>evil()</script>"
TEXT = b"## adam-w\n\nx^{2} + a_{1} < 3\n"


@pytest.mark.parametrize("end", ["_/", "/", "_"])
def test_with_and_without_folders(tmp_path: Path, end: str) -> None:
    files = {
        f"Anna Maria Huber_101_assignsubmission_file{end}answers.md": "a",
        f"Anna Maria Huber_101_assignsubmission_file{end}ex_09.ipynb": "{}",
        f"Ben O'Hara_102_assignsubmission_file{end}answers.md": "b",
    }
    for roll in in_both_forms(tmp_path, files):
        assert roll.kind == "moodle"
        assert roll.notes == ()
        assert contents(roll) == {
            "Anna-Maria-Huber_101": {"answers.md": b"a", "ex_09.ipynb": b"{}"},
            "Ben-O-Hara_102": {"answers.md": b"b"},
        }
        anna, ben = roll.hand_ins
        assert anna.students == (Student("Anna Maria Huber", account="101"),)
        assert ben.students == (Student("Ben O'Hara", account="102"),)


@pytest.mark.parametrize("end", ["_/", "_"])
def test_what_was_typed_online_becomes_markdown(tmp_path: Path, end: str) -> None:
    files = {
        f"Anna_101_assignsubmission_onlinetext{end}onlinetext.html": PAGE,
        f"Anna_101_assignsubmission_file{end}model.py": "m",
        f"Ben_102_assignsubmission_onlinetext{end}onlinetext.html": "<p></p>",
    }
    for roll in in_both_forms(tmp_path, files):
        assert contents(roll) == {
            "Anna_101": {"model.py": b"m", "onlinetext.md": TEXT},
            "Ben_102": {},
        }
        assert "onlinetext.md" in by_id(roll)["Anna_101"].read().notes[0]


def test_two_of_one_name_are_two(tmp_path: Path) -> None:
    files = {f"Anna Huber_{n}_assignsubmission_file_/answers.md": str(n) for n in (101, 102)}
    assert set(contents(read_class(folder(tmp_path, files)))) == {
        "Anna-Huber_101",
        "Anna-Huber_102",
    }


def test_an_anonymous_assignment(tmp_path: Path) -> None:
    files = {f"Participant_{n}_assignsubmission_file_/answers.md": str(n) for n in (101, 102)}
    roll = read_class(folder(tmp_path, files))
    assert [h.id for h in roll.hand_ins] == ["Participant_101", "Participant_102"]
    assert [h.students[0].account for h in roll.hand_ins] == ["101", "102"]


def test_the_members_of_a_group_are_one_hand_in(tmp_path: Path) -> None:
    files = {
        "Group A-Anna-Lena Huber_101_assignsubmission_file_/answers.md": "a",
        "Group A-Ben Ito_102_assignsubmission_file_/answers.md": "a",
        "Group B-Carla Ng_103_assignsubmission_file_/answers.md": "c",
    }
    for roll in in_both_forms(tmp_path, files):
        group, single = roll.hand_ins
        assert group.id == "Group-A_101"
        assert group.students == (
            Student("Anna-Lena Huber", account="101"),
            Student("Ben Ito", account="102"),
        )
        assert group.read().files == {"answers.md": b"a"}
        assert single.id == "Group-B-Carla-Ng_103"


def test_members_whose_files_differ_stay_apart(tmp_path: Path) -> None:
    files = {
        "Group A-Anna_101_assignsubmission_file_/answers.md": "a",
        "Group A-Ben_102_assignsubmission_file_/answers.md": "b",
    }
    assert len(read_class(folder(tmp_path, files)).hand_ins) == 2


def test_hyphens_of_names_make_no_group(tmp_path: Path) -> None:
    files = {
        "Anna-Lena Huber_101_assignsubmission_file_/answers.md": "the same",
        "Anna-Maria Ito_102_assignsubmission_file_/answers.md": "the same",
        "Ben Ng_103_assignsubmission_file_/answers.md": "b",
    }
    roll = read_class(folder(tmp_path, files))
    assert [h.students[0].name for h in roll.hand_ins] == [
        "Anna-Lena Huber",
        "Anna-Maria Ito",
        "Ben Ng",
    ]


def test_what_moodle_did_not_name_is_noted(tmp_path: Path) -> None:
    files = {f"A_{n}_assignsubmission_file_/a.md": "a" for n in range(3)}
    roll = read_class(folder(tmp_path, {**files, "notes.txt": "x"}))
    assert len(roll.hand_ins) == 3
    assert "notes.txt is not named as Moodle" in roll.notes[0]


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    files = {f"N{n}_{n}_assignsubmission_file_/a.md": str(n) for n in range(20)}
    first, second = in_both_forms(tmp_path, files)
    third = in_both_forms(tmp_path / "again", dict(reversed(files.items())))[1]
    assert first.hand_ins == second.hand_ins == third.hand_ins
