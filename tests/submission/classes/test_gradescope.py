from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from autograder.errors import SubmissionError
from autograder.submission.classes import ClassRoll, read_class
from autograder.submission.roster import Student
from tests.conftest import ROOT
from tests.docs.pages import blocks
from tests.submission.classes.exports import archive, by_id, contents, folder, in_both_forms

TOP = "assignment_4711_export"
METADATA = """\
---
submission_101:
  :submitters:
  - :name: Anna Ångström
    :sid: '00123'
    :email: anna@example.org
  :created_at: 2026-11-03 06:28:22.402316000 Z
  :score: 7.5
  :status: processed
  :results:
    :tests:
    - :name: '1.1'
      :output: "it is \\e[31mwrong\\e[0m"
    :execution_time: 3
  :history: []
submission_102:
  :submitters:
  - :name: Ben
    :sid: 124
    :email: ben@example.org
  - :name: Carla
    :email: carla@example.org
  :created_at: 2026-11-04T01:00:00.5+01:00
  :history:
  - :id: 99
    :created_at: 2026-11-01 00:00:00 Z
    :submitters:
    - :name: Somebody Else
"""
FILES = {
    f"{TOP}/submission_metadata.yml": METADATA,
    f"{TOP}/submission_101/answers.md": "a",
    f"{TOP}/submission_101/.DS_Store": "junk",
    f"{TOP}/submission_102/work/answers.md": "b",
    f"{TOP}/.DS_Store": "junk",
    f"__MACOSX/{TOP}/._submission_101": "junk",
}


def read(tmp_path: Path, metadata: str | bytes, **files: str) -> ClassRoll:
    """An export with these metadata and one file in each of these folders."""
    given = {f"{name}/answers.md": data for name, data in files.items()}
    return read_class(folder(tmp_path, {"submission_metadata.yml": metadata, **given}))


def entry(fields: str, name: str = "submission_1") -> str:
    return f"{name}:\n{textwrap.indent(textwrap.dedent(fields).strip(), '  ')}\n"


def test_who_handed_in_what_and_when(tmp_path: Path) -> None:
    for roll in in_both_forms(tmp_path, FILES):
        assert roll.kind == "gradescope"
        assert roll.notes == ()
        assert contents(roll) == {
            "submission_101": {"answers.md": b"a"},
            "submission_102": {"work/answers.md": b"b"},
        }
        first, second = roll.hand_ins
        assert first.students == (Student("Anna Ångström", "00123", "anna@example.org"),)
        assert first.submitted == "2026-11-03T06:28:22+00:00"
        assert first.late_seconds is None
        assert second.students == (
            Student("Ben", "124", "ben@example.org"),
            Student("Carla", "", "carla@example.org"),
        )
        assert second.submitted == "2026-11-04T01:00:00+01:00"


def test_the_metadata_that_the_documentation_shows(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "classes.md").read_text(encoding="utf-8")
    (shown,) = [block for block in blocks(page) if block.language == "yaml"]
    (hand_in,) = read(tmp_path, "\n".join(shown.lines), submission_101="a").hand_ins
    assert hand_in.students == (Student("Anna Huber", "00123", "anna@example.org"),)
    assert hand_in.submitted == "2026-11-03T06:28:22+00:00"


def test_the_export_folder_itself_and_the_one_around_it(tmp_path: Path) -> None:
    folder(tmp_path, FILES)
    assert contents(read_class(tmp_path)) == contents(read_class(tmp_path / TOP))


def test_folders_without_an_entry_and_entries_without_a_folder(tmp_path: Path) -> None:
    roll = read(tmp_path, METADATA, submission_101="a", submission_103="c")
    found = by_id(roll)
    assert found["submission_103"].students == ()
    assert found["submission_103"].read().files == {"answers.md": b"c"}
    assert [student.name for student in found["submission_102"].students] == ["Ben", "Carla"]
    with pytest.raises(SubmissionError, match="no folder of this name"):
        found["submission_102"].read()
    assert any("submission_103 has no entry" in note for note in roll.notes)
    assert any("submission_102 is in the metadata, but not" in note for note in roll.notes)


def test_metadata_that_were_lost(tmp_path: Path) -> None:
    roll = read_class(folder(tmp_path, {f"submission_{n}/a.md": "x" for n in (1, 2)}))
    assert roll.kind == "gradescope"
    assert len(roll.hand_ins) == 2
    assert "There is no submission_metadata.yml" in roll.notes[0]


@pytest.mark.parametrize(
    "fields",
    [
        "x: 1",
        ":submitters:",
        ":submitters: nobody",
        ":submitters: [1, null, [], {}]",
        ":submitters:\n- :name: [a]\n  :sid: {}\n  :email:",
        ":created_at: yesterday",
        ":created_at: 2026-99-99 00:00:00 Z",
        ":created_at:\n- 1",
        ":assignment: x",
        "? [a, b]\n: c",
    ],
)
def test_what_is_missing_or_of_another_form_is_not_known(tmp_path: Path, fields: str) -> None:
    roll = read(tmp_path, entry(fields), submission_1="a")
    (hand_in,) = roll.hand_ins
    assert hand_in.read().files == {"answers.md": b"a"}
    assert hand_in.submitted == ""
    assert all(student == Student() for student in hand_in.students)


@pytest.mark.parametrize("metadata", ["", "---", "[]", "text", "- a\n- b", "# nothing", "\x00\x01"])
def test_metadata_that_hold_no_submissions(tmp_path: Path, metadata: str) -> None:
    roll = read(tmp_path, metadata, submission_1="a")
    assert [h.id for h in roll.hand_ins] == ["submission_1"]
    assert roll.notes


@pytest.mark.parametrize("damage", ["  :x: [", "\t- a", '  :x: "\n', "  :x: *nowhere", "\xff\xfe"])
def test_damage_ends_the_metadata_but_not_the_class(tmp_path: Path, damage: str) -> None:
    metadata = METADATA.encode() + damage.encode("latin-1")
    roll = read(tmp_path, metadata, submission_101="a", submission_102="b", submission_103="c")
    found = by_id(roll)
    assert set(found) == {"submission_101", "submission_102", "submission_103"}
    assert found["submission_101"].students
    assert roll.notes


def test_nothing_is_constructed_and_times_of_rails_are_read(tmp_path: Path) -> None:
    fields = """
        :submitters: !ruby/array:Submitters
        - !ruby/hash:ActiveSupport::HashWithIndifferentAccess
          name: &name Anna
          sid: !!python/object/apply:os.system ['touch /tmp/evil']
          email: *name
        :created_at: !ruby/object:ActiveSupport::TimeWithZone
          utc: 2026-11-03 06:28:22.402316000 Z
          zone: !ruby/object:ActiveSupport::TimeZone
            name: Etc/UTC
          time: 2026-11-03 07:28:22.402316000 Z
    """
    (hand_in,) = read(tmp_path, entry(fields), submission_1="a").hand_ins
    assert hand_in.students == (Student("Anna", "", "Anna"),)
    assert hand_in.submitted == "2026-11-03T06:28:22+00:00"


def test_a_text_that_stands_only_in_an_old_output(tmp_path: Path) -> None:
    """Ruby writes a text once and refers to it afterwards, wherever it stood first."""
    metadata = entry(":results:\n  :output: &1 Anna\n:submitters: []") + entry(
        ":submitters:\n- :name: *1", "submission_2"
    )
    found = by_id(read(tmp_path, metadata, submission_1="a", submission_2="b"))
    assert found["submission_2"].students == (Student("Anna"),)


def test_an_alias_that_unfolds_into_something_huge(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]" for n in range(1, 30)]  # 8^30 items
    metadata = entry(":submitters: *a29\n", "submission_1")
    roll = read(tmp_path, "\n".join(lines) + "\n" + metadata, submission_1="a")
    assert "submission_1" in by_id(roll)


def test_a_deep_file_ends(tmp_path: Path) -> None:
    deep = ":results: " + "[" * 3000 + "]" * 3000
    roll = read(tmp_path, entry(f":submitters: {'[' * 500}{']' * 500}\n{deep}"), submission_1="a")
    assert len(roll.hand_ins) == 1


def test_late_from_the_due_time_with_the_student_s_extension(tmp_path: Path) -> None:
    fields = """
        :submitters:
        - :name: Anna
          :assignment:
            :due_date: 2026-11-03 00:00:00 Z
        - :name: Ben
          :assignment:
            :due_date: '2026-11-03T23:00:00-01:00'
        :created_at: 2026-11-04 01:00:00 Z
    """
    (hand_in,) = read(tmp_path, entry(fields), submission_1="a").hand_ins
    assert hand_in.late_seconds == 3600


@pytest.mark.parametrize(
    ("due", "late"),
    [
        ("2026-11-03 00:00:00 Z", 86400.0),
        ("2026-11-05 00:00:00 Z", 0.0),
        ("2026-11-03 12:00:00", 43200.0),
        ("soon", None),
    ],
)
def test_late_from_the_assignment_s_due_time(tmp_path: Path, due: str, late: float | None) -> None:
    fields = f":created_at: 2026-11-04 00:00:00 Z\n:assignment:\n  :due_date: {due}"
    (hand_in,) = read(tmp_path, entry(fields), submission_1="a").hand_ins
    assert hand_in.late_seconds == late


def test_a_student_in_two_submissions_is_noted(tmp_path: Path) -> None:
    fields = ":submitters:\n- :name: Anna\n  :email: anna@example.org"
    metadata = entry(fields) + entry(fields, "submission_2")
    roll = read(tmp_path, metadata, submission_1="a", submission_2="b")
    assert roll.notes == ("anna@example.org is in submission_1 and submission_2.",)


def test_an_entry_twice(tmp_path: Path) -> None:
    metadata = entry(":submitters:\n- :name: First") + entry(":submitters:\n- :name: Second")
    roll = read(tmp_path, metadata, submission_1="a")
    assert roll.hand_ins[0].students == (Student("First"),)
    assert "twice" in roll.notes[0]


def test_names_that_try_the_terminal(tmp_path: Path) -> None:
    name = '"Anna \\e[31m\\nred' + "x" * 1000 + '"'
    (hand_in,) = read(tmp_path, entry(f":submitters:\n- :name: {name}"), submission_1="a").hand_ins
    assert hand_in.students[0].name.startswith("Anna [31m redxxx")
    assert len(hand_in.students[0].name) <= 300


def test_folders_that_were_zipped_again_and_files_that_belong_to_none(tmp_path: Path) -> None:
    archive(tmp_path / "submission_101.zip", {"answers.md": "a"})
    roll = read_class(folder(tmp_path, {"submission_metadata.yml": METADATA, "grades.txt": "x"}))
    assert by_id(roll)["submission_101"].read().files == {"answers.md": b"a"}
    assert any("grades.txt belongs to no submission" in note for note in roll.notes)


def test_a_huge_file_is_read_as_a_stream(tmp_path: Path) -> None:
    import tracemalloc

    output = "".join(f"        line {n}\n" for n in range(2000))
    old = f"    :tests:\n    - :output: |\n{output}"
    metadata = "".join(
        f"submission_{n}:\n  :submitters:\n  - :name: N{n}\n  :results:\n{old}" for n in range(100)
    )
    root = folder(tmp_path, {"submission_metadata.yml": metadata, "submission_1/a.md": "a"})
    tracemalloc.start()
    roll = read_class(root)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(roll.hand_ins) == 100
    assert peak < len(metadata) / 2


@pytest.mark.parametrize("filler", [0, 1, 2, 3, 16383, 16384])
def test_letters_that_a_chunk_cuts_in_two_and_bytes_that_yaml_refuses(
    tmp_path: Path, filler: int
) -> None:
    old = ":results: |\n  " + "x" * filler + "€" * 20_000 + "\x07\x1b[31m"
    metadata = "\ufeff" + entry(f"{old}\n:submitters:\n- :name: Ångström €")
    roll = read(tmp_path, metadata.encode().replace(b"\x07", b"\x07\xff\xfe"), submission_1="a")
    assert roll.hand_ins[0].students == (Student("Ångström €"),)
    assert roll.notes == ()
