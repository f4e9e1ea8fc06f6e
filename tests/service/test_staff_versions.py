"""Versions of an exercise: what one changes is seen before, and going back is a version of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.site import Site, open_site

SPEC = """
symbols: {W: positive integer}
questions:
  - {id: width, kind: expression, title: The width, points: 2, answer: 2*W,
     mistakes: [{answer: W, feedback: "Twice."}]}
"""
VERSIONS = "/staff/exercises/sample/versions"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path, SPEC) as opened:
        yield opened


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_going_back_shows_what_it_changes_and_is_a_new_version(site: Site) -> None:
    submission = site.hand_in("Ada", {"width": "W"})
    site.work()
    site.republish("{answer: W,", "{answer: W, credit: 0.5,")
    staff = site.visit()
    staff.post("/staff/exercises/sample/grade-again")
    site.work()
    assert "<strong>1</strong> of 2" in site.visit("Ada").get(f"/submissions/{submission}")
    page = staff.get(f"{VERSIONS}/1")
    assert "+ mistakes: [{answer: W, feedback" in text_of(page).replace("+     ", "+ ")
    assert "Ada width 1 0 -1" in text_of(page)
    answer = staff.post(f"{VERSIONS}/1", {"in-use": "2"})
    assert answer.headers["location"] == "/staff/exercises/sample/changes"
    site.work()
    assert "<strong>0</strong> of 2" in site.visit("Ada").get(f"/submissions/{submission}")
    listed = text_of(staff.get(VERSIONS))
    assert "back to version 1 Instructor in use" in listed
    page = text_of(staff.get(f"/staff/submissions/{submission}"))
    assert "What the last grading changed" in page
    assert "width 1, partly right 0, wrong -1 the question changed" in page
    assert "Ada width 1, partly right 0, wrong -1 the question changed" in text_of(
        staff.get("/staff/exercises/sample/changes")
    )
    table = staff.get("/staff/exercises/sample/changes.csv")
    assert f"{submission},width,partly right,wrong,1,0,-1,the question changed" in table


def test_who_looked_at_something_older_changes_nothing(site: Site) -> None:
    staff = site.visit()
    site.republish("points: 2", "points: 3")
    assert staff.post(f"{VERSIONS}/1", {"in-use": "1"}).status_code == 409
    assert "in use" in staff.get(f"{VERSIONS}/2")


@pytest.mark.parametrize("version", ["7", "-1", "x", "\u00b2", "9" * 30])
def test_other_versions_are_not_there(site: Site, version: str) -> None:
    assert site.visit().client.get(f"{VERSIONS}/{version}").status_code == 404


def test_grading_again_by_the_version_in_use_keeps_both_results(site: Site) -> None:
    submission = site.hand_in("Ada", {"width": "W"})
    site.work()
    staff = site.visit()
    staff.post(f"/staff/submissions/{submission}/grade-again")
    site.work()
    page = text_of(staff.get(f"/staff/submissions/{submission}"))
    assert "graded again" in page
    assert "The last grading changed nothing" in page
    assert "1 submission was graded more than once" in text_of(
        staff.get("/staff/exercises/sample/changes")
    )


def test_a_failed_grading_is_tried_again_as_if_it_were_new(site: Site) -> None:
    submission = site.hand_in("Ada", {"width": "2*W"})
    claim = site.service.queue.claim("here")
    assert claim is not None
    site.service.queue.fail(claim, "the disk was full")
    staff = site.visit()
    assert "the disk was full" in staff.get(f"/staff/submissions/{submission}")
    staff.post(f"/staff/submissions/{submission}/grade-again")
    site.work()
    page = staff.get(f"/staff/submissions/{submission}")
    assert "the disk was full" not in page
    assert "<strong>2</strong> of 2" in page


def test_a_person_s_word_stands_whatever_is_graded_again(site: Site) -> None:
    submission = site.hand_in("Ada", {"width": "W"})
    site.work()
    staff = site.visit()
    staff.post(f"/staff/submissions/{submission}", {"question": "width", "points": "1.5"})
    staff.post("/staff/exercises/sample/grade-again")
    site.work()
    assert "<strong>1.5</strong> of 2" in site.visit("Ada").get(f"/submissions/{submission}")
    assert "No outcome and no score changed" in staff.get("/staff/exercises/sample/changes")
