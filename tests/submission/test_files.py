from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from autograder.errors import SubmissionError
from autograder.submission import files
from autograder.submission.collect import digest
from autograder.submission.files import read_files


def archive(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in entries.items():
            opened.writestr(name, data)
    return path


def test_a_folder_without_what_systems_leave_behind(tmp_path: Path) -> None:
    for name in (
        "answers.md",
        "deep/er/ex09.ipynb",
        "__MACOSX/._ex09.ipynb",
        ".DS_Store",
        ".ipynb_checkpoints/ex09-checkpoint.ipynb",
        "notes.md~",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert sorted(read_files([tmp_path]).files) == ["answers.md", "deep/er/ex09.ipynb"]


def test_a_zip_and_single_files(tmp_path: Path) -> None:
    zipped = archive(tmp_path / "hw.zip", {"hw/answers.md": b"a", "__MACOSX/hw/._answers.md": b"b"})
    single = tmp_path / "ex09.py"
    single.write_text("c")
    assert read_files([zipped, single]).files == {"hw/answers.md": b"a", "ex09.py": b"c"}


def test_a_zip_inside_a_folder_is_read_too(tmp_path: Path) -> None:
    archive(tmp_path / "hw.zip", {"answers.md": b"a"})
    assert read_files([tmp_path]).files == {"answers.md": b"a"}


@pytest.mark.parametrize(
    "name", ["../../evil.md", "/etc/evil.md", "a/../../evil.md", "..\\evil.md"]
)
def test_names_that_leave_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    found = read_files([archive(tmp_path / "hw.zip", {name: b"x", "answers.md": b"a"})])
    assert found.files == {"answers.md": b"a"}
    assert "outside the archive" in found.notes[0]


def test_links_in_an_archive_are_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("answers.md")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "hw.zip", "w") as opened:
        opened.writestr(entry, "/etc/passwd")
    found = read_files([tmp_path / "hw.zip"])
    assert found.files == {}
    assert found.notes


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    folder = tmp_path / "hand-in"
    folder.mkdir()
    (folder / "answers.md").symlink_to(secret)
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    found = read_files([folder])
    assert found.files == {}
    assert any("is a link" in note for note in found.notes)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    found = read_files(
        [archive(tmp_path / "hw.zip", {"answers.md": b"0" * (40 << 20), "b.md": b"b"})]
    )
    assert found.files == {"b.md": b"b"}
    assert "unpacks to 40 MiB" in found.notes[0]


def test_a_bomb_with_a_lying_header_stops_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 1000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.md", b"1" * 5000)
    data = stream.getvalue().replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    (tmp_path / "hw.zip").write_bytes(data)
    found = read_files([tmp_path / "hw.zip"])
    assert all(len(content) <= 1001 for content in found.files.values())


def test_too_many_files_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILES", 3)
    for number in range(5):
        (tmp_path / f"{number}.md").write_text("x")
    found = read_files([tmp_path])
    assert len(found.files) == 3
    assert len(found.notes) == 2


def test_a_large_file_is_noted(tmp_path: Path) -> None:
    with (tmp_path / "data.bin").open("wb") as stream:
        stream.truncate(files.MAX_FILE_BYTES + 1)
    assert "larger than 32 MiB" in read_files([tmp_path]).notes[0]


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "answers.md")
    assert read_files([tmp_path]).files == {}


@pytest.mark.parametrize("data", [b"PK\x03\x04 not a zip", b""])
def test_a_damaged_archive_is_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "hw.zip").write_bytes(data)
    found = read_files([tmp_path / "hw.zip"])
    assert list(found.files) in ([], ["hw.zip"])


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="no such file"):
        read_files([tmp_path / "missing"])


@pytest.mark.parametrize("name", ["work.zip", "work.rar", "work.tar.gz"])
def test_an_archive_that_is_none_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not an archive")
    found = read_files([tmp_path / name])
    assert found.files == {}
    assert found.notes == [f"{name} is no zip archive, or is damaged; it was not read."]


def test_a_name_that_is_not_utf8_is_read_as_latin1(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    folder.mkdir()
    (folder / "answers.md").write_text("# one\n\n1\n")
    found = read_files([tmp_path])
    assert list(found.files) == ["café/answers.md"]
    assert len(digest(found)) == 64


def test_an_archive_with_a_name_that_is_no_text_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "work.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("é.md", "# one\n\n1\n")
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xe9\xff"))
    with pytest.raises(SubmissionError, match=r"work\.zip: the archive is damaged"):
        read_files([path])
