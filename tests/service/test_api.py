"""The API keeps to its own document, whatever it is sent, and to who may ask."""

from __future__ import annotations

import base64
import functools
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings, strategies
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from autograder.reports.gradescope import results_schema
from autograder.service.database import Database
from autograder.service.hand_in import accept
from autograder.service.repeats import once
from autograder.service.roster import enrol
from autograder.service.service import Service
from autograder.service.settings import Settings
from autograder.service.tokens import keys, revoke
from autograder.service.web.app import make_app
from autograder.service.web.events import Watch
from autograder.service.worker import Worker
from autograder.submission.roster import Student
from tests.conftest import HEAD
from tests.service.courses import Course, working

EXERCISE = """
questions:
  - {id: sum, kind: expression, title: Sum, points: 2, symbols: {n: integer}, answer: n + 1}
  - id: both
    kind: fields
    title: Both
    fields: {a: {}, b: {}}
    accept: [{values: {a: 1, b: 2}}]
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("sample")
    (folder / "exercise.yaml").write_text(HEAD + EXERCISE, encoding="utf-8")
    with Service.open(Settings(folder / "service", url="http://testserver")) as opened:
        opened.publish([folder])
        opened.checkers.seconds = 60.0
        opened.checkers.start()
        with opened.database.begin() as session:
            enrol(session, [Student("Ada", "1", "ada@x.org")])
        yield opened


@pytest.fixture(scope="module")
def token(service: Service) -> str:
    with service.database.begin() as session:
        return service.doors.make_token(session, service.instructor(session).id, "test")


@pytest.fixture(scope="module")
def client(service: Service, token: str) -> TestClient:
    return TestClient(make_app(service), headers={"Authorization": f"Bearer {token}"})


def check(client: TestClient, question: str, answer: Any) -> dict:
    path = f"/api/v1/exercises/sample/questions/{question}/check"
    found: dict = client.post(path, json={"answer": answer}).json()
    return found


def test_an_answer_is_checked(client: TestClient) -> None:
    assert check(client, "sum", "1 + n")["credit"] == 1.0
    wrong = check(client, "sum", "n")
    assert (wrong["outcome"], wrong["credit"], wrong["read_as"]) == ("wrong", 0.0, "n")
    assert check(client, "both", {"a": "1", "b": "2"})["outcome"] == "correct"
    assert "no such" in check(client, "other", "n")["problem"]


def test_work_is_handed_in_and_read(service: Service, client: TestClient) -> None:
    file = base64.b64encode(b"### sum\n\nn + 1\n").decode()
    body = {"student": "ADA@x.org", "answers": {}, "files": {"answers.md": file}}
    reply = client.post("/api/v1/exercises/sample/submissions", json=body)
    assert reply.status_code == 201
    path = f"/api/v1/submissions/{reply.json()['id']}"
    assert client.get(path).json()["state"] == "waiting"
    Worker(service.database).run(threading.Event(), until_idle=True)
    result = client.get(path).json()
    assert (result["state"], result["results"]["score"]) == ("done", 2.0)
    Draft202012Validator(results_schema()).validate(result["results"])


ADDRESS = "/api/v1/exercises/sample/submissions"


def test_a_request_that_is_sent_again_hands_in_once(client: TestClient) -> None:
    body = {"student": "1", "answers": {"sum": "n + 17"}}
    key = {"Idempotency-Key": "run-17"}
    first = client.post(ADDRESS, json=body, headers=key)
    again = client.post(ADDRESS, json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    # Without a key, or with another, it is another submission.
    others = [client.post(ADDRESS, json=body, headers=h) for h in ({}, {"Idempotency-Key": "b"})]
    assert [other.status_code for other in others] == [201, 201]
    assert len({reply.json()["id"] for reply in (first, *others)}) == 3
    changed = client.post(ADDRESS, json={**body, "answers": {"sum": "n"}}, headers=key)
    assert changed.status_code == 422
    assert "this key was used for another request" in changed.json()["problem"]
    strange = client.post(ADDRESS, json=body, headers={"Idempotency-Key": "x" * 201})
    assert strange.status_code == 422


def test_what_was_refused_may_be_sent_again_with_the_same_key(client: TestClient) -> None:
    key = {"Idempotency-Key": "refused"}
    assert client.post(ADDRESS, json={"student": "1"}, headers=key).status_code == 422
    body = {"student": "1", "answers": {"sum": "n"}}
    assert client.post(ADDRESS, json=body, headers=key).status_code == 201


def test_the_same_request_from_many_at_once_hands_in_once(
    database: Database, tmp_path: Path
) -> None:
    course = Course(database, tmp_path / "sample")
    made: list[tuple[str, bool]] = []
    gate = threading.Barrier(5)

    def send() -> None:
        gate.wait()
        with database.begin() as session:
            version = course.exercises.newest(session, "sample")
            assert version is not None
            act = functools.partial(accept, database, session, 1, version, {}, {"sum": "n"})
            made.append(once(database, session, "key", "content", act))

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({submission for submission, _ in made}) == 1
    assert sorted(is_new for _, is_new in made) == [False] * 4 + [True]
    course.exercises.close()


def test_submissions_are_listed_a_page_at_a_time(client: TestClient) -> None:
    for number in range(5):
        body = {"student": "ada@x.org", "answers": {"sum": f"n + {number}"}}
        assert client.post(ADDRESS, json=body).status_code == 201
    whole = client.get(ADDRESS).json()
    assert whole["next"] is None
    paged, after = [], ""
    while after is not None:
        reply = client.get(ADDRESS, params={"limit": 2, "after": after}).json()
        assert len(reply["submissions"]) <= 2
        paged += reply["submissions"]
        after = reply["next"]
    assert paged == whole["submissions"]
    assert paged[-1]["student"] == {"name": "Ada", "number": "1", "email": "ada@x.org"}
    assert paged[-1]["state"] == "waiting"
    times = [one["created"] for one in paged]
    assert times == sorted(times)
    late = client.get(ADDRESS, params={"since": times[-2]}).json()["submissions"]
    assert late == [one for one in paged if one["created"] >= times[-2]]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("limit=0", "limit: Input should be greater"),
        ("since=yesterday", "since: Input should be a valid number"),
        ("since=nan", "since: Input should be a finite number"),
        ("after=nothing", "after: there is no such submission"),
        ("limit=1&limit=2", "Give each parameter once"),
    ],
)
def test_a_wrong_question_is_answered_in_a_line(client: TestClient, query: str, says: str) -> None:
    reply = client.get(f"{ADDRESS}?{query}")
    assert reply.status_code == 422
    assert says in reply.json()["problem"]


def test_a_script_may_wait_for_a_result(service: Service, token: str) -> None:
    body = {"student": "1", "answers": {"sum": "1 + n"}}
    with TestClient(make_app(service), headers={"Authorization": f"Bearer {token}"}) as client:
        path = f"/api/v1/submissions/{client.post(ADDRESS, json=body).json()['id']}"
        early = client.get(path, params={"wait": 0.2})
        assert (early.json()["state"], early.headers["Retry-After"]) == ("waiting", "5")
        with working(Worker(service.database)):
            late = client.get(path, params={"wait": 60})
        assert late.json()["state"] == "done"
        assert "Retry-After" not in late.headers
        assert client.get(path, params={"wait": 61}).status_code == 422


def test_a_token_shows_its_last_use_and_can_be_ended(service: Service) -> None:
    with service.database.begin() as session:
        secret = service.doors.make_token(session, service.instructor(session).id, "nightly")
        (key,) = [key for key in keys(session) if key.note == "nightly"]
        assert (key.owner, key.used) == ("Instructor", None)
        assert key.name not in secret
    script = TestClient(make_app(service), headers={"Authorization": f"Bearer {secret}"})
    assert script.get("/api/v1/exercises").status_code == 200
    with service.database.read() as session:
        used = next(one.used for one in keys(session) if one.name == key.name)
        assert used is not None
        assert 0 <= service.database.now(session) - used < 60
    with service.database.begin() as session:
        assert revoke(session, key.name)
        assert not revoke(session, key.name)
        assert not revoke(session, "")
    assert script.get("/api/v1/exercises").status_code == 401


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "student: Field required"),
        ({"student": "nobody@x.org", "answers": {"sum": "1"}}, "No student"),
        ({"student": "1"}, "nothing to hand in"),
        ({"student": "1", "answers": {"prod": "1"}}, "no question 'prod'"),
        ({"student": "1", "files": {"a": "é"}}, "files.a: String should match"),
        ({"student": "1", "more": 1}, "more: Extra inputs"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(client: TestClient, body: dict, says: str) -> None:
    reply = client.post("/api/v1/exercises/sample/submissions", json=body)
    assert reply.status_code in (404, 422)
    assert says in reply.json()["problem"]


def test_only_an_instructor_s_token_opens(service: Service) -> None:
    with service.database.begin() as session:
        students = service.doors.make_token(session, 1, "a student's")
    for header in ("", "Bearer nonsense", f"Bearer {students}", "Basic x"):
        stranger = TestClient(make_app(service), headers={"Authorization": header})
        for method, path in (
            ("GET", "/api/v1/exercises"),
            ("POST", "/api/v1/exercises/sample/submissions"),
            ("POST", "/api/v1/exercises/sample/questions/sum/check"),
            ("GET", "/api/v1/exercises/sample/submissions"),
            ("GET", "/api/v1/submissions/x"),
        ):
            reply = stranger.request(method, path, json={})
            assert reply.status_code == 401, (header, path)
            assert "token" in reply.json()["problem"]


async def at_once(watch: Watch, submission: str, seconds: float) -> None:
    """Nobody grades here."""


def test_it_keeps_to_its_document_whatever_it_is_sent(
    client: TestClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", client.app)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 5
    monkeypatch.setattr(Watch, "wait", at_once)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=strategies.one_of([operation.as_strategy() for operation in operations]))
    def holds(case: Any) -> None:
        # What is well-formed may still name a question that is not there: that is refused, too.
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"},
            excluded_checks=[positive_data_acceptance],
        )

    holds()
