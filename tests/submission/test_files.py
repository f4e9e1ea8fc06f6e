from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import SubmissionError
from autograder.submission import archives, files
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
        "env/lib/site-packages/numpy/core.py",
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
    assert "work.zip: the archive is damaged" in read_files([path]).problem


def zipped(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for name, data in entries.items():
            opened.writestr(name, data)
    return stream.getvalue()


def test_an_archive_in_an_archive_is_read(tmp_path: Path) -> None:
    inner = zipped({"hw/answers.md": b"a"})
    path = archive(tmp_path / "outer.zip", {"inner.zip": inner, "work.rar": b"Rar!"})
    found = read_files([path])
    assert found.files == {"hw/answers.md": b"a"}
    assert found.notes == ["work.rar is no zip archive, or is damaged; it was not read."]


def test_archives_in_archives_end(tmp_path: Path) -> None:
    data = zipped({"answers.md": b"a"})
    for _ in range(5):
        data = zipped({"x.zip": data})
    (tmp_path / "x.zip").write_bytes(data)
    found = read_files([tmp_path / "x.zip"])
    assert found.files == {}
    assert found.notes == ["x.zip is an archive too deep in others; it was not read."]


def test_a_damaged_archive_does_not_take_the_other_files_with_it(tmp_path: Path) -> None:
    whole = zipped({"b.md": b"x" * 100})
    index = whole.index(b"PK\x01\x02")
    (tmp_path / "b.zip").write_bytes(whole[:index] + b"\0" * 20 + whole[index + 20 :])
    assert "damaged" in read_files([tmp_path]).problem
    (tmp_path / "answers.md").write_bytes(b"a")
    found = read_files([tmp_path])
    assert found.files == {"answers.md": b"a"}
    assert "damaged" in found.notes[0]


@pytest.mark.parametrize("as_archive", [False, True])
def test_data_and_pictures_never_take_the_place_of_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_archive: bool
) -> None:
    monkeypatch.setattr(files, "MAX_TOTAL_BYTES", 100)
    monkeypatch.setattr(files, "MAX_FILES", 3)
    monkeypatch.setattr(files, "MAX_ENTRIES", 4)
    given = {f"data/{n}.bin": b"0" * 40 for n in range(9)}
    given |= {f"a/deep/library/{n}.py": b"" for n in range(9)}
    given |= {"work/ex.ipynb": b"1" * 30, "z.py": b"2", "answers.md": b"3"}
    if as_archive:
        found = read_files([archive(tmp_path / "hw.zip", given)])
    else:
        for name, data in given.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(data)
        found = read_files([tmp_path])
    assert set(found.files) == {"work/ex.ipynb", "z.py", "answers.md"}
    assert found.notes


def test_a_large_archive_is_read(tmp_path: Path) -> None:
    """As of somebody who handed in the data, too."""
    path = tmp_path / "hw.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as opened:
        for number in range(3):
            opened.writestr(f"data/{number}.bin", bytes(15 << 20))
        opened.writestr("answers.md", b"a")
    assert path.stat().st_size > files.MAX_FILE_BYTES
    assert read_files([path]).files["answers.md"] == b"a"
    outer = archive(tmp_path / "outer.zip", {"x": b""})
    with zipfile.ZipFile(outer, "a") as opened:
        opened.write(path, "hw.zip")
    assert read_files([outer]).files["answers.md"] == b"a"


def test_an_index_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_INDEX_BYTES", 2000)
    few = archive(tmp_path / "few.zip", {f"{n}.md": b"" for n in range(10)})
    many = archive(tmp_path / "many.zip", {f"{n}.md": b"" for n in range(100)})
    assert len(read_files([few]).files) == 10
    assert "too many entries" in read_files([many]).problem


def test_names_are_composed_whatever_the_system(tmp_path: Path) -> None:
    (tmp_path / "U\u0308bung.md").write_bytes(b"a")
    assert list(read_files([tmp_path]).files) == ["\u00dcbung.md"]


@pytest.mark.parametrize("encoding", ["cp437", "utf-8"])
def test_names_in_an_archive_without_a_mark_of_their_encoding(
    tmp_path: Path, encoding: str
) -> None:
    raw = "Lösung.md".encode(encoding)
    placeholder = b"x" * len(raw)
    path = archive(tmp_path / "hw.zip", {placeholder.decode(): b"a"})
    path.write_bytes(path.read_bytes().replace(placeholder, raw))
    assert read_files([path]).files == {"Lösung.md": b"a"}


@given(st.data())
def test_a_damaged_archive_never_does_more_than_refuse(data: st.DataObject) -> None:
    whole = bytearray(zipped({"answers.md": b"abc" * 30, "d/b.zip": zipped({"c.py": b"x"})}))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=12)):
        whole[place] = data.draw(st.integers(0, 255))
    found = files.FileSet()
    files.add_data(found, bytes(whole), "hw.zip")
    assert found.files or found.notes
    assert "../" not in "".join(found.files)


def test_an_entry_without_a_name(tmp_path: Path) -> None:
    path = archive(tmp_path / "hw.zip", {"answers.md": b"a"})
    entry = zipfile.ZipInfo("x")
    entry.filename = ""
    with zipfile.ZipFile(path, "a") as opened:
        opened.writestr(entry, b"x")
    assert read_files([path]).files == {"answers.md": b"a"}
