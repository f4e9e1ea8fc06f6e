from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from autograder.errors import SubmissionError, UsageError
from autograder.submission.classes import read_class
from tests.submission.classes.exports import archive, by_id, contents, folder, in_both_forms


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return stream.getvalue()


CLASS = {
    "anna/answers.md": b"a",
    "anna/code/model.py": b"m",
    "anna/.DS_Store": b"junk",
    "ben.zip": zipped({"answers.md": b"b", "__MACOSX/._answers.md": b"junk"}),
    "carla.ipynb": b"{}",
    "dora/work.zip": zipped({"hw/answers.md": b"d"}),
    "__MACOSX/anna/._answers.md": b"junk",
    ".DS_Store": b"junk",
    "Thumbs.db": b"junk",
}
READ = {
    "anna": {"answers.md": b"a", "code/model.py": b"m"},
    "ben": {"answers.md": b"b"},
    "carla": {"carla.ipynb": b"{}"},
    "dora": {"hw/answers.md": b"d"},
}


def test_each_folder_archive_and_file_is_a_hand_in(tmp_path: Path) -> None:
    for roll in in_both_forms(tmp_path, CLASS):
        assert roll.kind == "folder"
        assert contents(roll) == READ
        assert not roll.notes
        assert [h.id for h in roll.hand_ins] == sorted(READ)


@pytest.mark.parametrize("wrapper", ["zipped/", "all/of/them/", "zipped/zipped/"])
def test_the_folder_around_the_class_is_passed_through(tmp_path: Path, wrapper: str) -> None:
    files = {f"{wrapper}{name}": data for name, data in CLASS.items()}
    if not wrapper.startswith("zipped/"):
        del files[f"{wrapper}carla.ipynb"], files[f"{wrapper}Thumbs.db"]
    read = contents(read_class(archive(tmp_path / "zipped.zip", files)))
    assert {"carla": READ["carla"], **read} == READ


def test_an_archive_in_an_archive_and_one_in_a_folder(tmp_path: Path) -> None:
    inner = zipped({f"class/{name}": data for name, data in CLASS.items()})
    for roll in in_both_forms(tmp_path, {"class.zip": inner}):
        assert contents(roll) == READ


def test_one_student_is_a_class(tmp_path: Path) -> None:
    files = {"anna/answers.md": b"a", "anna/code/model.py": b"m"}
    for roll in in_both_forms(tmp_path, files):
        assert contents(roll) == {"anna": READ["anna"]}


def test_a_single_submission_is_noticed(tmp_path: Path) -> None:
    roll = read_class(folder(tmp_path, {"answers.md": b"a", "ex.ipynb": b"{}"}))
    assert "looks like one submission" in roll.notes[0]
    assert "autograder run" in roll.notes[0]


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    roll = read_class(folder(tmp_path, {"anna/answers.md": b"a"}))
    (tmp_path / "anna" / "answers.md").write_bytes(b"later")
    assert contents(roll) == {"anna": {"answers.md": b"later"}}


def damaged() -> bytes:
    whole = zipped({"answers.md": b"x" * 100})
    index = whole.index(b"PK\x01\x02")
    return whole[: index + 12] + b"\xff" * 8 + whole[index + 20 :]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.zip", damaged(), "cannot be unpacked|damaged"),
        ("a.zip", b"no zip", "a.zip is no zip archive, or is damaged; it was not read$"),
        ("a/work.rar", b"Rar!", "work.rar is no zip archive"),
        ("a.ipynb", b"0" * (40 << 20), "MiB; it was not read"),
        ("a/scan.pdf", b"%PDF", "there are no answers and no code, only scan.pdf"),
    ],
)
def test_what_cannot_be_read_is_not_empty_and_stops_no_other(
    tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    for roll in in_both_forms(tmp_path, {name: data, "c/answers.md": b"c"}):
        found = by_id(roll)
        assert found["c"].read().files == {"answers.md": b"c"}
        with pytest.raises(SubmissionError, match=why):
            found["a"].read()


def test_an_empty_hand_in_is_empty(tmp_path: Path) -> None:
    (tmp_path / "anna").mkdir()
    (tmp_path / "ben").mkdir()
    assert contents(read_class(tmp_path)) == {"anna": {}, "ben": {}}


def test_what_is_no_class_gets_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "work.rar").write_bytes(b"Rar!")
    (tmp_path / "work.zip").write_bytes(b"half")
    for name, message in {
        "missing": "there is no such file",
        "empty": "no hand-ins",
        "work.rar": "neither a folder nor a zip archive: unpack",
        "work.zip": "no zip archive, or is damaged",
    }.items():
        with pytest.raises(UsageError, match=message) as caught:
            read_class(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "answers.md").write_text("secret")
    root = folder(tmp_path / "class", {"anna/answers.md": b"a"})
    (root / "ben").symlink_to(tmp_path / "secret")
    (root / "anna" / "extra.md").symlink_to(tmp_path / "secret" / "answers.md")
    roll = read_class(root)
    assert roll.notes == ("ben is a link; it was not read.",)
    (anna,) = roll.hand_ins
    assert anna.read().files == {"answers.md": b"a"}


def test_the_class_itself_may_be_given_by_a_link(tmp_path: Path) -> None:
    folder(tmp_path / "class", {"anna/answers.md": b"a"})
    (tmp_path / "link").symlink_to(tmp_path / "class")
    assert contents(read_class(tmp_path / "link")) == {"anna": {"answers.md": b"a"}}


@pytest.mark.parametrize(
    "name", ["../evil.md", "/etc/evil.md", "anna/../../evil.md", "..\\evil.md", "a/" * 60 + "b.md"]
)
def test_names_that_lead_elsewhere_are_refused_with_a_note(tmp_path: Path, name: str) -> None:
    roll = read_class(archive(tmp_path / "class.zip", {"anna/answers.md": b"a", name: b"evil"}))
    assert contents(roll) == {"anna": {"answers.md": b"a"}}
    assert "are not read" in roll.notes[0]


def test_links_in_an_archive_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "class.zip", {"anna/answers.md": b"a"})
    entry = zipfile.ZipInfo("anna/passwd.md")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as opened:
        opened.writestr(entry, "/etc/passwd")
    roll = read_class(path)
    assert contents(roll) == {"anna": {"answers.md": b"a"}}
    assert roll.notes


def test_a_bomb_costs_its_own_file_only(tmp_path: Path) -> None:
    files = {"anna/answers.md": b"0" * (40 << 20), "anna/b.md": b"b", "ben/answers.md": b"b"}
    found = by_id(read_class(archive(tmp_path / "class.zip", files)))
    read = found["anna"].read()
    assert read.files == {"b.md": b"b"}
    assert "unpacks to 40 MiB" in read.notes[0]
    assert found["ben"].read().files == {"answers.md": b"b"}


def test_an_archive_within_itself_ends(tmp_path: Path) -> None:
    inner = zipped({"answers.md": b"a"})
    for _ in range(30):
        inner = zipped({"x.zip": inner})
    (tmp_path / "x.zip").write_bytes(inner)
    roll = read_class(tmp_path / "x.zip")
    assert [h.id for h in roll.hand_ins] == ["x"]


def test_a_name_twice_in_an_archive(tmp_path: Path) -> None:
    path = archive(tmp_path / "class.zip", {"anna/a.md": b"first"})
    with (
        zipfile.ZipFile(path, "a") as opened,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        opened.writestr("anna/a.md", b"second")
    roll = read_class(path)
    assert contents(roll) == {"anna": {"a.md": b"first"}}
    assert "twice" in roll.notes[0]


def test_names_that_windows_wrote(tmp_path: Path) -> None:
    path = archive(tmp_path / "class.zip", {"Jörg\\answers.md": b"a", "Ben\\code\\model.py": b"m"})
    assert contents(read_class(path)) == {
        "Jorg": {"answers.md": b"a"},
        "Ben": {"code/model.py": b"m"},
    }


@pytest.mark.parametrize("encoding", ["cp437", "utf-8"])
def test_names_without_a_mark_of_their_encoding(tmp_path: Path, encoding: str) -> None:
    """As Windows' Explorer and older macOS write them."""
    raw = "Jörg/Lösung.md".encode(encoding)
    placeholder = b"x" * len(raw)
    path = archive(tmp_path / "class.zip", {placeholder.decode(): b"a", "ben/a.md": b"b"})
    path.write_bytes(path.read_bytes().replace(placeholder, raw))
    assert contents(read_class(path))["Jorg"] == {"Lösung.md": b"a"}


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    root = folder(tmp_path / "class", {"anna/answers.md": b"a"})
    (root / "anna" / os.fsdecode(b"\xff\xfe.md")).write_bytes(b"x")
    (anna,) = read_class(root).hand_ins
    assert anna.read().files == {"answers.md": b"a", "ÿþ.md": b"x"}


def test_files_of_the_same_stem_are_told_apart(tmp_path: Path) -> None:
    files = {"anna.ipynb": b"1", "anna.py": b"2", "Anna/answers.md": b"3"}
    for roll in in_both_forms(tmp_path, files):
        assert sorted(h.id.lower()[:4] for h in roll.hand_ins) == ["anna"] * 3
        assert len({h.id.lower() for h in roll.hand_ins}) == 3
        assert roll.notes == (
            "Anna and anna.ipynb and anna.py bear the same name; each counts as a hand-in.",
        )


def test_the_results_of_a_run_are_no_hand_in(tmp_path: Path) -> None:
    for name in (
        "anna/answers.md",
        "run/run.json",
        "run/times.jsonl",
        "run/submissions/anna/x.json",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    roll = read_class(tmp_path)
    assert list(by_id(roll)) == ["anna"]
    assert roll.notes == ("run holds the results of a run; it was not read.",)
    with pytest.raises(UsageError, match="holds the results of a run, and no hand-ins"):
        read_class(tmp_path / "run")
