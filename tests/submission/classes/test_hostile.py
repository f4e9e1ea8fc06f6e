"""Whatever a download holds, it is read, or refused with one line."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.errors import SubmissionError, UsageError
from autograder.submission.classes import read_class
from tests.submission.classes.exports import archive, contents, folder

relaxed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

PARTS = st.sampled_from(
    [
        *("submission_1", "submission_2", "submission_metadata.yml", "assignment_1_export"),
        *("A B_1_assignsubmission_file_", "A B_1_assignsubmission_onlinetext_", "onlinetext.html"),
        *("a_1_2_x.py", "a_LATE_1_3_x-1.py", "b_2_text.html", "anon_abcde_1_x", "..", ".", "", " "),
        *(
            "x.zip",
            "answers.md",
            "__MACOSX",
            ".DS_Store",
            "CON",
            "a" * 200,
            "é",
            "\u202e",
            "\\",
            "a\\b",
        ),
    ]
)
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
DATA = st.sampled_from(
    [
        b"",
        b"x",
        b"submission_1:\n  :submitters:\n  - :name: A\n",
        b"<p>x</p>",
        b"PK\x05\x06" + bytes(18),
    ]
)


def check(path: Path) -> None:
    """A class is read, its ids are good, and each hand-in is read or refused."""
    try:
        roll = read_class(path)
    except UsageError as error:
        assert "\n" not in str(error)
        return
    ids = [hand_in.id for hand_in in roll.hand_ins]
    assert ids == sorted(ids)
    assert len({name.lower() for name in ids}) == len(ids)
    assert all(re.fullmatch(r"[\w.-]{1,80}", name, re.ASCII) for name in ids)
    assert all(note.isprintable() for note in roll.notes)
    for hand_in in roll.hand_ins:
        try:
            files = hand_in.read().files
        except SubmissionError as error:
            assert str(error)
        else:
            assert not any(".." in name.split("/") or name.startswith("/") for name in files)


@relaxed
@given(st.dictionaries(NAMES, DATA, max_size=8))
def test_any_names_in_an_archive(tmp_path: Path, files: dict[str, bytes]) -> None:
    check(archive(tmp_path / "class.zip", files))


@relaxed
@given(st.data())
def test_a_damaged_archive_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    path = archive(
        tmp_path / "class.zip",
        {"c/submission_metadata.yml": b"submission_1: {}\n", "c/submission_1/a.md": b"a" * 50},
    )
    whole = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=10)):
        whole[place] = data.draw(st.integers(0, 255))
    path.write_bytes(whole)
    check(path)


@relaxed
@given(st.binary(max_size=300))
def test_any_metadata(tmp_path: Path, metadata: bytes) -> None:
    check(folder(tmp_path, {"submission_metadata.yml": metadata, "submission_1/a.md": b"a"}))


YAML = st.recursive(
    st.sampled_from(["x", "'1'", "~", "&a x", "*a", "!ruby/object:X y", "2026-11-03 00:00:00 Z"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(
            st.tuples(
                st.sampled_from([":submitters", ":name", ":created_at", "utc", ":assignment"]),
                inner,
            ),
            max_size=4,
        ).map(lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}")
    ),
    max_leaves=12,
)


@relaxed
@given(YAML)
def test_metadata_of_any_form(tmp_path: Path, entry: str) -> None:
    metadata = f"submission_1: {entry}\n".encode()
    check(folder(tmp_path, {"submission_metadata.yml": metadata, "submission_1/a.md": b"a"}))


@relaxed
@given(
    st.dictionaries(
        st.lists(st.sampled_from(["a", "b", "c.md", "d.py", "e.bin"]), min_size=2, max_size=4).map(
            "/".join
        ),
        st.binary(max_size=5),
        min_size=1,
        max_size=8,
    )
)
def test_a_folder_and_its_archive_are_the_same_class(
    tmp_path_factory, files: dict[str, bytes]
) -> None:
    whole = {f"{name}.txt": data for name, data in files.items()}
    root = tmp_path_factory.mktemp("class")
    on_disk = read_class(folder(root / "on-disk", whole))
    zipped = read_class(archive(root / "other.zip", whole))
    assert contents(on_disk) == contents(zipped)
    assert on_disk == zipped


def test_an_archive_that_is_encrypted(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "class.zip", {"submission_metadata.yml": b"x: 1", "submission_1/a.md": b"a"}
    )
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), bytes(data)):
            data[found.start() + offset] |= 1
    path.write_bytes(data)
    assert zipfile.is_zipfile(io.BytesIO(data))
    roll = read_class(path)
    assert any("cannot be read" in note for note in roll.notes)
    check(path)
