"""The API keeps to its own document, whatever it is sent, and to who may ask."""

from __future__ import annotations

import base64
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
from autograder.service.roster import enrol
from autograder.service.service import Service
from autograder.service.settings import Settings
from autograder.service.web.app import make_app
from autograder.service.worker import Worker
from autograder.submission.roster import Student
from tests.conftest import HEAD

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
            ("GET", "/api/v1/submissions/x"),
        ):
            reply = stranger.request(method, path, json={})
            assert reply.status_code == 401, (header, path)
            assert "token" in reply.json()["problem"]


def test_it_keeps_to_its_document_whatever_it_is_sent(client: TestClient, token: str) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", client.app)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 4

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=strategies.one_of([operation.as_strategy() for operation in operations]))
    def holds(case: Any) -> None:
        # What is well-formed may still name a question that is not there: that is refused, too.
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"},
            excluded_checks=[positive_data_acceptance],
        )

    holds()
