"""A bundle holds what grading needs, travels as bytes, and grades as the original does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.checks.catalogue import load
from autograder.checks.record import outcome_record
from autograder.digest import files_digest
from autograder.errors import InternalError
from autograder.exercise.bundle import bundle_files, pack, unpack
from autograder.grading.grade import Options, grade
from tests.conftest import PS09


def test_it_holds_what_is_named_and_no_submission(ps09: Any) -> None:
    names = set(bundle_files(ps09))
    assert "exercises/epfl-cs433-ps09/exercise.yaml" in names
    assert "exercises/epfl-cs433-ps09/given.py" in names
    assert any(name.startswith("reference/") for name in names)
    assert not any("submissions" in name or "starter" in name for name in names)


def test_the_same_files_give_the_same_bytes(ps09: Any) -> None:
    files = bundle_files(ps09)
    backwards = dict(reversed(files.items()))
    assert pack(files) == pack(backwards)
    assert files_digest(files) == files_digest(backwards)
    assert files_digest(files) != files_digest({**files, "reference/more.py": b""})


def test_an_unpacked_bundle_grades_as_the_original(ps09: Any, session: Any, tmp_path: Path) -> None:
    again = load(unpack(pack(bundle_files(ps09)), tmp_path))
    assert again.folder.is_relative_to(tmp_path)
    options = Options(select="adam or mlp and not accuracy")
    paths = [PS09 / "submissions" / "correct"]
    ours, theirs = (grade(e, paths, options, session=session) for e in (ps09, again))
    assert ours.points == theirs.points == ours.possible
    for left, right in zip(ours.outcomes, theirs.outcomes, strict=True):
        assert {**outcome_record(left), "seconds": 0} == {**outcome_record(right), "seconds": 0}


@pytest.mark.parametrize("files", [{}, {"exercises/a/exercise.yaml": b"", "../x": b""}, {"x": b""}])
def test_other_archives_are_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="bundle of one exercise"):
        unpack(pack(files), tmp_path)
    assert not list(tmp_path.iterdir())


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="no bundle"):
        unpack(b"PK nothing", tmp_path)
