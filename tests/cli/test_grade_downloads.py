"""A class as a course system gives it, through the command, and back into the system's table."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.cli.test_app import call
from tests.submission.classes.exports import archive

SPEC = """autograder: 1
id: warm-up
title: Warm-up
questions:
  - {id: size, kind: number, title: Size, answer: "12", points: 2}
  - {id: words, kind: text, title: Words, points: 1, rubric: [{says: Why.}]}
"""
WORKSHEET = """Identifier,Full name,Email address,Status,Grade,Maximum Grade,Feedback comments
Participant 101,Anna Huber,anna@example.org,,,3.00,
Participant 102,Ben Ito,ben@example.org,,1.00,3.00,
Participant 103,Carla Ng,carla@example.org,,,3.00,
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "ex").mkdir()
    (tmp_path / "ex" / "exercise.yaml").write_text(SPEC)
    (tmp_path / "worksheet.csv").write_text(WORKSHEET)
    archive(
        tmp_path / "download.zip",
        {
            "Anna Huber_101_assignsubmission_file_/answers.md": "## size\n\n12\n",
            "Ben Ito_102_assignsubmission_file_/answers.md": "## size\n\n13\n\n## words\n\nSo.\n",
            "Carla Ng_103_assignsubmission_file_/work.zip": "no zip",
            "../evil.md": "evil",
        },
    )
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_from_moodle_s_download_to_moodle_s_worksheet(place: Path) -> None:
    done = call(
        *("grade", "ex", "download.zip", "-o", "run", "-j", 1, "--moodle", "worksheet.csv"),
        cwd=place,
    )
    assert done.returncode == 0, done.stderr
    assert "Note: ../evil.md: links, and names that lead outside" in done.stdout
    assert (
        "Note: moodle.csv: Left as they are, since points are not final (2): Ben Ito" in done.stdout
    )
    states = [(row["name"], row["state"], row["total"]) for row in rows(place / "run/grades.csv")]
    assert states == [
        ("Anna Huber", "graded", "2"),
        ("Ben Ito", "for a person", ""),
        ("Carla Ng", "unreadable", ""),
    ]
    assert [row["Grade"] for row in rows(place / "run/moodle.csv")] == ["2", "1.00", ""]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--moodle", "missing.csv"), "missing.csv cannot be read"),
        (("--canvas", "worksheet.csv"), "no column 'Student'"),
        (("--canvas-column", "x"), "give it with --canvas"),
    ],
)
def test_a_wrong_table_is_said_before_anything_is_graded(
    place: Path, options: tuple[str, ...], message: str
) -> None:
    done = call("grade", "ex", "download.zip", "-o", "run", *options, cwd=place)
    assert done.returncode == 4
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (place / "run").exists()
