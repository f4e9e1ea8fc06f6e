"""The pages: what a student hands in is stored, graded, shown to them and to nobody else."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from autograder.reports.gradescope import results_schema
from autograder.service.service import Service
from autograder.service.web.app import make_app
from tests.service.visitors import Visitor, work


def test_a_student_hands_in_and_sees_the_result(service: Service, visit: Callable) -> None:
    ada = visit("Ada")
    assert "A sample" in ada.client.get("/").text
    page = ada.client.get("/exercises/sample").text
    assert "&lt;b&gt;?" in page
    assert '<span class="formula">W-K</span>' in page
    address = ada.hand_in({"width": "W + K", "pick": "b", "why": "because", "secret": "W"})
    waiting = ada.client.get(address).text
    assert "being graded" in waiting.lower()
    work(service)
    result = ada.client.get(address).text
    assert "You added." in result
    assert "<strong>1</strong> of 6 points, 3 wait for a person" in result
    assert "Hidden" not in result
    assert "further questions are graded later" in result


def test_files_are_graded_as_anywhere(service: Service, visit: Callable) -> None:
    ada = visit("Ada")
    answers = b"### width\n\nW - K\n"
    address = ada.hand_in({}, [("files", ("../../answers.md", answers))])
    work(service)
    assert "<strong>2</strong> of 6" in ada.client.get(address).text
    assert "answers.md" in visit("Instructor").client.get(f"/staff{address}").text


def test_a_damaged_archive_is_the_students_to_mend(service: Service, visit: Callable) -> None:
    ada = visit("Ada")
    address = ada.hand_in({}, [("files", ("work.zip", b"PK\x05\x06 broken"))])
    work(service)
    assert "work.zip" in ada.client.get(address).text


def test_nothing_is_nothing(visit: Callable) -> None:
    answer = visit("Ada").post("/exercises/sample/hand-in", {"width": "  "})
    assert answer.status_code == 422
    assert "there is nothing to hand in" in answer.text


def test_an_instructor_sees_the_class_and_corrects(service: Service, visit: Callable) -> None:
    ada, staff = visit("Ada"), visit("Instructor")
    address = ada.hand_in({"width": "W - K", "why": "because"})
    work(service)
    page = staff.client.get("/staff/exercises/sample").text
    assert "Ada" in page
    assert "Bob" in page
    assert "2 / 7" in page
    data = {"question": "why", "points": "2,5", "feedback": "<i>fair</i>"}
    assert staff.post(f"/staff{address}", data).status_code == 303
    result = ada.client.get(address).text
    assert "<strong>4.5</strong> of 6 points" in result
    assert "&lt;i&gt;fair&lt;/i&gt;" in result
    too_many = {"question": "why", "points": "4"}
    assert staff.post(f"/staff{address}", too_many).status_code == 422


def test_a_roster_and_links(service: Service, visit: Callable) -> None:
    staff = visit("Instructor")
    page = staff.post("/staff/people", {"pasted": "name,email\nCy,cy@x.org\nAda,ADA@x.org"}).text
    assert "1 students were added; 1 were here already" in page
    page = staff.post("/staff/people/links").text
    secrets = re.findall(r"http://testserver/enter/([\w-]+)", page)
    assert len(secrets) == 3
    Visitor(service, secrets[0])
    assert TestClient(make_app(service)).get(f"/enter/{secrets[0]}").status_code == 410


def test_pages_keep_to_themselves(service: Service, visit: Callable) -> None:
    answer = visit("Ada").client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert "style=" not in answer.text
    assert "<script>" not in answer.text
    page = visit("Ada").client.get("/static/katex/katex.min.css")
    assert page.status_code == 200
    assert "no-store" not in page.headers.get("cache-control", "")


def test_large_bodies_are_refused(visit: Callable) -> None:
    ada = visit("Ada")
    big = {"content-length": str(1 << 40)}
    assert ada.client.post("/exercises/sample/hand-in", headers=big).status_code == 413


def test_guessing_is_slowed_down(service: Service) -> None:
    client = TestClient(make_app(service))
    codes = [client.get("/enter/guess").status_code for _ in range(40)]
    assert codes[0] == 410
    assert codes[-1] == 429


def test_a_password_lets_an_instructor_in_again(service: Service, visit: Callable) -> None:
    staff = visit("Instructor")
    assert "ten characters" in staff.client.get("/password").text
    data = {"email": "ina@x.org", "password": "correct horse"}
    assert staff.post("/password", data).status_code == 303
    assert staff.client.get("/staff").status_code == 200
    again = TestClient(make_app(service), follow_redirects=False)
    wrong = again.post("/login", data={**data, "password": "something else"})
    assert wrong.status_code == 403
    assert again.post("/login", data=data).headers["location"] == "/staff"
    assert again.get("/staff").status_code == 200
    assert service.has_password()


def test_events_tell_how_far_it_is(service: Service, visit: Callable) -> None:
    ada = visit("Ada")
    address = ada.hand_in({"width": "W"})
    work(service)
    events = ada.client.get(f"{address}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    assert json.loads(events.text.split("data: ")[1])["state"] == "done"


def test_the_class_can_be_taken_elsewhere(service: Service, visit: Callable) -> None:
    ada, staff = visit("Ada"), visit("Instructor")
    address = ada.hand_in({"width": "W - K", "why": '=HYPERLINK("x")'})
    visit("Bob").hand_in({"width": "W + K"})
    work(service)
    staff.post(f"/staff{address}", {"question": "why", "points": "3", "feedback": ""})
    table = staff.client.get("/staff/exercises/sample/grades.csv")
    assert table.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert {row["name"]: row["why"] for row in rows} == {"Ada": "3", "Bob": "0"}
    archive = zipfile.ZipFile(
        io.BytesIO(staff.client.get("/staff/exercises/sample/results.zip").content)
    )
    assert len(archive.namelist()) == 2
    for name in archive.namelist():
        Draft202012Validator(results_schema()).validate(json.loads(archive.read(name)))
    report = staff.client.get("/staff/exercises/sample/report")
    assert "sha256-" in report.headers["content-security-policy"]
    assert "You added." in report.text


def test_a_new_version_grades_again_and_says_what_changed(
    service: Service, visit: Callable, tmp_path: Path
) -> None:
    ada, staff = visit("Ada"), visit("Instructor")
    address = ada.hand_in({"width": "W + K"})
    work(service)
    assert (
        "No outcome and no score changed"
        in staff.client.get("/staff/exercises/sample/changes").text
    )
    spec = tmp_path / "exercise" / "exercise.yaml"
    spec.write_text(spec.read_text().replace("answer: W + K,", "answer: W + K, credit: 0.5,"))
    assert service.publish([spec.parent]) == ["sample"]
    answer = staff.post("/staff/exercises/sample/grade-again")
    assert answer.headers["location"] == "/staff/exercises/sample/changes"
    assert "<strong>0</strong> of 6" in ada.client.get(address).text  # until it is done
    work(service)
    page = staff.client.get("/staff/exercises/sample/changes").text
    assert "0, wrong" in page
    assert "1, partly right" in page
    assert "<strong>1</strong> of 6" in ada.client.get(address).text


def test_a_wrong_answer_gets_a_word_and_everybody_who_gave_it_gets_it(
    service: Service, visit: Callable, tmp_path: Path
) -> None:
    service.checkers.start()
    ada, bob, staff = visit("Ada"), visit("Bob"), visit("Instructor")
    addresses = [ada.hand_in({"width": "W - 2*K"}), bob.hand_in({"width": "-(2 K - W)"})]
    work(service)
    page = staff.client.get("/staff/exercises/sample/wrong").text
    assert "W - 2*K" in page
    word = {"question": "width", "answer": "W - 2*K", "points": "1", "feedback": "Once, not twice."}
    seen = staff.post("/staff/exercises/sample/wrong", word).text
    assert "2 submissions would change" in seen
    assert "Once, not twice." in seen.partition("</pre>")[0]
    assert "<strong>0</strong> of 6" in ada.client.get(addresses[0]).text  # nothing is kept yet
    version = re.search(r'name="version" value="(\d+)"', seen)
    assert version
    kept = {**word, "keep": "yes", "version": version[1]}
    answer = staff.post("/staff/exercises/sample/wrong", kept)
    assert answer.headers["location"] == "/staff/exercises/sample/changes"
    work(service)
    for visitor, address in zip((ada, bob), addresses, strict=True):
        result = visitor.client.get(address).text
        assert "Once, not twice." in result
        assert "<strong>1</strong> of 6" in result
    assert staff.post("/staff/exercises/sample/wrong", kept).status_code == 409
    assert service.publish([tmp_path / "exercise"]) == []  # a restart does not undo it


@pytest.mark.parametrize(
    "change",
    [{"question": "pick"}, {"points": "3"}, {"points": "x"}, {"feedback": " "}, {"answer": "W +"}],
)
def test_a_word_that_cannot_be_is_refused(
    service: Service, visit: Callable, change: dict[str, str]
) -> None:
    word = {"question": "width", "answer": "W", "points": "1", "feedback": "So."}
    answer = visit("Instructor").post("/staff/exercises/sample/wrong", {**word, **change})
    assert answer.status_code == 422
