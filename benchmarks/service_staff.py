"""How long the instructor's pages take about a large class.

    python -m benchmarks.service_staff [--students 500]

One hand-in for the exercise is graded; the others hold the same result with words of their own, so that a
fifth of the texts differ. The pages are asked in this process, without a network: printed are the
milliseconds of the first request, the median of five more, and the size of each page; last, how long
it takes to keep a person's word on a pile.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from starlette.testclient import TestClient

from autograder.checks.record import grade_record
from autograder.exercise.find import find_exercise
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session
from autograder.service.hand_in import accept
from autograder.service.roster import enrol
from autograder.service.service import Service
from autograder.service.settings import Settings
from autograder.service.tables import Job, Person
from autograder.service.web.app import make_app
from autograder.submission.roster import Student

EXERCISE = "nyu-dl-hw2"
QUESTION = "vanishing-why"
BASE = f"/staff/exercises/{EXERCISE}"
PAGES = (
    "/staff", "/staff/gradebook", BASE, f"{BASE}/grade", f"{BASE}/grade/{QUESTION}",
    f"{BASE}/wrong", f"{BASE}/changes", f"{BASE}/grades.csv", f"{BASE}/report",
)  # fmt: skip


def main() -> None:
    """Make the class and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--students", type=int, default=500)
    count = parser.parse_args().students
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(Path(place), url="http://testserver")
        with Service.open(settings) as service:
            fill(service, count)
            client = TestClient(make_app(service))
            client.post(service.instructor_link())
            measure(client)


def fill(service: Service, count: int) -> None:
    """Let so many students hand in, and give each of them a result."""
    folder = find_exercise(EXERCISE)
    service.publish([folder])
    answers = folder / "submissions" / "correct" / "answers.md"
    with service.database.begin() as session:
        enrol(session, [Student(f"Student {i:04}", str(i), f"s{i}@x.org") for i in range(count)])
        version = service.exercises.newest(session, EXERCISE)
        assert version is not None
        exercise = service.exercises.open(session, version)
        for person in session.scalars(select(Person).where(Person.role == "student")):
            files = {"answers.md": answers.read_bytes()}
            accept(service.database, session, person.id, version, files, {})
    with Session() as grading:
        record = grade_record(grade(exercise, [answers], Options(), session=grading))
    with service.database.begin() as session:
        for number, job in enumerate(session.scalars(select(Job))):
            job.state, job.finished = "done", job.created
            job.record = json.dumps(with_words(record, f"words {number % (count // 5 or 1)}"))


def with_words(record: dict[str, Any], words: str) -> dict[str, Any]:
    """A result in which every text answer is this one."""
    outcomes = [
        {**one, "data": {**one["data"], "answer": words}} if one["outcome"] == "person" else one
        for one in record["outcomes"]
    ]
    return {**record, "outcomes": outcomes}


def measure(client: TestClient) -> None:
    """Ask every page, then keep a word."""
    print(f"{'page':44} {'first':>7} {'median':>7} {'KB':>6}")
    for page in PAGES:
        first, size = timed(lambda page=page: len(client.get(page).raise_for_status().content))
        more = [timed(lambda page=page: client.get(page))[0] for _ in range(5)]
        print(f"{page:44} {first:7.0f} {statistics.median(more):7.0f} {size / 1024:6.0f}")
    text = client.get(f"{BASE}/grade/{QUESTION}").text
    token = re.search(r'data-form-token="(\w+)"', text)
    key = re.search(r'name="key" value="(\w+)"', text)
    assert token is not None
    assert key is not None
    form = {"form_token": token[1], "key": key[1], "show": "waiting", "give": "all"}
    address = f"{BASE}/grade/{QUESTION}"
    spent, answer = timed(lambda: client.post(address, data=form, follow_redirects=False))
    assert answer.status_code == 303, answer.text
    print(f"{'keep a word on a pile':44} {spent:7.0f}")


def timed(ask: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what came back."""
    start = time.perf_counter()
    found = ask()
    return 1000 * (time.perf_counter() - start), found


if __name__ == "__main__":
    main()
