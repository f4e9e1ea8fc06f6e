"""A person's word counts the same wherever a grade is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.service.gradings import class_graded
from autograder.service.queue import Claim
from tests.service.site import Site, open_site

SPEC = """
symbols: {W: positive integer}
questions:
  - {id: width, kind: expression, title: The width, points: 2, answer: 2*W}
  - {id: why, kind: text, title: Why, points: 3, rubric: [{says: "It says it."}]}
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path, SPEC) as opened:
        yield opened


def totals(site: Site) -> dict[str, str]:
    text = site.visit().get("/staff/exercises/sample/grades.csv").removeprefix("\ufeff")
    return {row["name"]: row["total"] for row in csv.DictReader(io.StringIO(text))}


def test_a_word_is_the_same_for_student_staff_and_spreadsheet(site: Site) -> None:
    ada, staff = site.visit("Ada"), site.visit()
    address = ada.hand_in({"width": "W", "why": "so"})
    site.work()
    for points, feedback in (("1", "first"), ("1.5", "second")):
        word = {"question": "why", "points": points, "feedback": feedback}
        assert staff.post(f"/staff{address}", word).status_code == 303
    for page in (ada.get(address), staff.get(f"/staff{address}")):
        assert "<strong>1.5</strong> of 5 points" in page
        assert "second" in page
        assert "You wrote: so" in page
    assert "first" not in ada.get(address)
    assert "1.5 / 5" in staff.get("/staff/exercises/sample")
    assert totals(site) == {"Ada": "1.5"}


def test_a_failed_grading_can_be_graded_by_a_person(site: Site) -> None:
    ada, staff = site.visit("Ada"), site.visit()
    address = ada.hand_in({"width": "2*W", "why": "so"})
    claim = site.service.queue.claim("here")
    assert isinstance(claim, Claim)
    site.service.queue.fail(claim, "the disk was full")
    assert "not your fault" in ada.get(address)
    for question, points in (("width", "2"), ("why", "3")):
        staff.post(f"/staff{address}", {"question": question, "points": points})
    assert "<strong>5</strong> of 5 points" in ada.get(address)
    assert totals(site) == {"Ada": "5"}


def test_a_class_is_read_in_few_statements_however_large(site: Site) -> None:
    staff = site.visit()
    pages = ("/staff", "/staff/exercises/sample", "/staff/exercises/sample/grades.csv",
             "/staff/exercises/sample/changes", "/staff/exercises/sample/wrong")  # fmt: skip
    counts = []
    for name in ("Ada", "Bob"):
        site.visit(name).hand_in({"width": "W", "why": name})
        site.work()
        with site.statements() as seen:
            for page in pages:
                staff.get(page)
        counts.append(len(seen))
    assert counts[0] == counts[1], counts


def test_the_newest_submission_and_the_newest_finished_grading_count(site: Site) -> None:
    ada = site.visit("Ada")
    ada.hand_in({"width": "W"})
    newest = ada.hand_in({"width": "2*W"})
    site.work()
    site.republish("points: 2", "points: 4")
    site.visit().post("/staff/exercises/sample/grade-again")
    with site.service.database.read() as session:
        (one,) = class_graded(site.service.exercises, session, "sample")
    assert newest.endswith(one.submission.id)
    assert one.job.state == "done"
    assert one.grade is not None
    assert one.grade.points == 2
    site.work()
    with site.service.database.read() as session:
        (one,) = class_graded(site.service.exercises, session, "sample")
    assert one.grade is not None
    assert one.grade.points == 4
