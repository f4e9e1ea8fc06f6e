"""The page of the service's health, and an exercise that proves itself on request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.service.tables import Validation
from autograder.service.validation import state_of
from tests.service.site import Site, open_site

SPEC = """
symbols: {W: positive integer}
questions:
  - {id: width, kind: expression, title: The width, points: 2, answer: 2*W}
"""
VALIDATION = "/staff/exercises/sample/validation"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path, SPEC) as opened:
        yield opened


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_what_failed_is_shown_with_its_reason_and_tried_again(site: Site) -> None:
    ids = {name: site.hand_in(name, {"width": "2*W"}) for name in ("Ada", "Bob")}
    for _ in ids:
        claim = site.service.queue.claim("here")
        assert claim is not None
        site.service.queue.fail(claim, "no room <left>")
    staff = site.visit()
    page = staff.get("/staff/health")
    assert "Ada sample no room &lt;left&gt; 1" in text_of(page)
    assert "2 failed" in text_of(page)
    staff.post("/staff/health/again", {"submission": ids["Ada"]})
    page = text_of(staff.get("/staff/health"))
    assert "1 waiting" in page
    assert "1 failed" in page
    staff.post("/staff/health/again")
    site.work()
    assert "0 waiting; 0 being graded; 2 done; 0 failed" in text_of(staff.get("/staff/health"))


def test_workers_are_shown_with_what_they_do(site: Site) -> None:
    staff = site.visit()
    assert "nothing is graded" in staff.get("/staff/health")
    site.hand_in("Ada", {"width": "2*W"})
    assert site.service.queue.claim("the-other-machine") is not None
    page = text_of(staff.get("/staff/health"))
    assert re.search(r"the-other-machine .* s ago sample 0 questions done 0", page)
    assert "SQLite" in page
    assert "1 submissions" in page


def test_an_exercise_proves_itself_on_the_page(site: Site) -> None:
    staff = site.visit()
    assert "All" not in text_of(staff.get(VALIDATION))
    assert staff.post(VALIDATION, {"form": "quick"}).headers["location"] == VALIDATION
    assert staff.post(VALIDATION).status_code == 409
    site.service.validations.wait()
    page = text_of(staff.get(VALIDATION))
    assert "Version 1, in use" in page
    assert "there is no wrong submission" in page  # this exercise has none
    assert re.search(r"The width yes \d+ of \d+", page)
    assert "/tmp" not in page


def test_known_submissions_are_kept_with_a_version(site: Site) -> None:
    site.visit().post("/staff/exercises/sample/grade-again")  # nobody handed in: no new version
    with site.service.database.begin() as session:
        version = site.service.exercises.newest(session, "sample")
        assert version is not None
        site.service.exercises.renew(session, version, "made on a page", "Ina")
    known = site.folder / "submissions"
    (known / "wrong").mkdir(parents=True)
    (known / "wrong" / "answers.md").write_text("### width\n\nW\n")
    (known / "wrong.yaml").write_text("about: Half.\nothers: none\nquestions: {}\n")
    assert site.service.publish([site.folder]) == []  # grading is as it was
    staff = site.visit()
    staff.post(VALIDATION)
    site.service.validations.wait()
    page = text_of(staff.get(VALIDATION))
    assert "wrong Half. yes" in page


def test_a_validation_whose_process_is_gone_says_so() -> None:
    lost = Validation(version=1, quick=True, by="", created=0.0, seen=10.0, finished=None)
    assert state_of(lost, 20.0) == "running"
    assert state_of(lost, 200.0) == "ended"


def test_closing_the_service_ends_what_runs(site: Site) -> None:
    site.visit().post(VALIDATION)
    site.service.validations.close()
    page = text_of(site.visit().get(VALIDATION))
    assert "It ended before it was done" in page
