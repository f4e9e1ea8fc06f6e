"""Writes exports as the systems do: on disk and as zip archives."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.submission.classes import ClassRoll, read_class
from autograder.submission.roster import HandIn

Files = Mapping[str, bytes | str]


def as_bytes(data: bytes | str) -> bytes:
    return data.encode() if isinstance(data, str) else data


def folder(root: Path, files: Files) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(data))
    return root


def archive(path: Path, files: Files) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name or "x")
            entry.filename = name  # which zipfile lets nobody leave empty in any other way
            entry.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(entry, as_bytes(data))
    return path


def by_id(roll: ClassRoll) -> dict[str, HandIn]:
    found = {hand_in.id: hand_in for hand_in in roll.hand_ins}
    assert len(found) == len(roll.hand_ins)
    return found


def contents(roll: ClassRoll) -> dict[str, dict[str, bytes]]:
    return {hand_in.id: hand_in.read().files for hand_in in roll.hand_ins}


def in_both_forms(tmp_path: Path, files: Files) -> tuple[ClassRoll, ClassRoll]:
    """The class read from a folder and from a zip archive of the same files."""
    on_disk = read_class(folder(tmp_path / "on-disk", files))
    zipped = read_class(archive(tmp_path / "zipped.zip", files))
    return on_disk, zipped
