"""The files that grading an exercise needs, and nothing more: what travels, and what a digest is of.

A bundle is laid out as a project is: `exercises/<id>/…` and `reference/…`. Known submissions and
starters stay at home.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from autograder.errors import InternalError
from autograder.exercise.find import reference_folder
from autograder.exercise.load import FILE
from autograder.exercise.model import Exercise

_IMPORT = re.compile(r"^\s*(?:from|import)\s+reference\.(\w+)", re.MULTILINE)
# A fixed time, so that the same content gives the same bytes.
TIME: Final = (2020, 1, 1, 0, 0, 0)


def bundle_files(exercise: Exercise) -> dict[str, bytes]:
    """The spec, the files it names, and the files of `reference/` that these use, by name."""
    files = {
        f"exercises/{exercise.id}/{name}": (exercise.folder / name).read_bytes()
        for name in _own_files(exercise)
    }
    for path in _references(exercise, reference_folder(exercise.folder)):
        files[f"reference/{path.name}"] = path.read_bytes()
    return dict(sorted(files.items()))


def pack(files: Mapping[str, bytes]) -> bytes:
    """The bundle as a zip archive; the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return stream.getvalue()


def unpack(data: bytes, folder: Path) -> Path:
    """Write a bundle's files below a folder; returns the exercise's own folder.

    Raises:
        InternalError: the bytes are no bundle.
    """
    files = _unzipped(data)
    specs = [name for name in files if re.fullmatch(rf"exercises/[^/]+/{re.escape(FILE)}", name)]
    if len(specs) != 1:
        raise InternalError("this is no bundle of one exercise")
    _write(files, folder)
    return (folder / specs[0]).parent


def unpack_beside(data: bytes, folder: Path) -> None:
    """Write further files of an exercise below the folder in which its bundle was unpacked.

    Raises:
        InternalError: the bytes are no archive of such files.
    """
    _write(_unzipped(data), folder)


def _unzipped(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError) as error:
        raise InternalError(f"this is no bundle of an exercise: {error}") from None
    if any(".." in PurePosixPath(name).parts or name.startswith("/") for name in files):
        raise InternalError("this is no bundle of one exercise")
    return files


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _own_files(exercise: Exercise) -> list[str]:
    named = {name for question in exercise.questions for _, name in question.files()}
    named |= {FILE, exercise.code.given} - {""}
    return sorted(name for name in named if (exercise.folder / name).is_file())


def _references(exercise: Exercise, folder: Path) -> list[Path]:
    """The files of `reference/` that the exercise names, and those that these import."""
    found: dict[str, Path] = {}
    texts = [
        (exercise.folder / name).read_text(encoding="utf-8")
        for name in _own_files(exercise)
        if name.endswith(".py")
    ]
    waiting = [name.removesuffix(".py") for q in exercise.questions for _, name in q.files()]
    waiting += [module for text in texts for module in _IMPORT.findall(text)]
    while waiting:
        path = folder / f"{waiting.pop()}.py"
        if path.name not in found and path.is_file():
            found[path.name] = path
            waiting += _IMPORT.findall(path.read_text(encoding="utf-8"))
    return [found[name] for name in sorted(found)]
