"""Every address of the service, as the application lists them, asked by those who may not.

An address of a new kind fails here until it is said who may use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient

from autograder.service.service import Service
from autograder.service.web.app import make_app, routes
from tests.service.visitors import Visitor, come_in, serving

OPEN = {
    ("GET", "/enter/{secret}"),
    ("POST", "/enter/{secret}"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/login/link"),
    ("GET", "/oidc"),
    ("GET", "/oidc/back"),
    ("GET", "/health"),
    ("GET", "/static/palette.css"),
    ("GET", "/api/v1/openapi.json"),
}
# The first beginning that fits says who may; `owner` is the student whose submission it is.
WHO = (
    ("/staff", "instructor"),
    ("/password", "instructor"),
    ("/api/", "token"),
    ("/submissions/{submission}", "owner"),
    ("/exercises/{exercise}", "visitor"),
    ("/leave", "visitor"),
)
PARTS = {
    "version": "1",
    "secret": "guess",
    "exercise": "sample",
    "question": "width",
    "name": "answers.yaml",
}


def who_may(method: str, path: str) -> str:
    if (method, path) in OPEN:
        return "anybody"
    if path == "/":
        return "visitor"
    return next((who for start, who in WHO if path.startswith(start)), "")


def addresses(*whose: str) -> list[tuple[str, str]]:
    """The methods and paths that such people may use."""
    return [
        (method, route.path)
        for route in routes()
        if not isinstance(route, Mount)
        for method in sorted((route.methods or set()) - {"HEAD"})
        if not whose or who_may(method, route.path) in whose
    ]


def filled(path: str, submission: str) -> str:
    parts = {**PARTS, "submission": submission}
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda part: parts[part[1]], path)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("addresses")) as opened:
        yield opened


@pytest.fixture(scope="module")
def submission(service: Service) -> str:
    """A submission of Ada's that holds a word nobody else may see."""
    return come_in(service, "Ada").hand_in({"width": "quokka"}).rpartition("/")[2]


@pytest.fixture
def bob(service: Service) -> Visitor:
    return come_in(service, "Bob")


def refused(answer: object, *codes: int) -> None:
    assert answer.status_code in codes, (answer.status_code, answer.text)
    assert "quokka" not in answer.text
    assert "Ada" not in answer.text


@pytest.mark.parametrize(("method", "path"), addresses())
def test_it_is_said_who_may(method: str, path: str) -> None:
    assert who_may(method, path), f"say in this file who may {method} {path}"
    filled(path, "")  # knows every part


def test_nothing_is_listed_that_is_gone() -> None:
    assert set(addresses()) >= OPEN
    assert all(any(path.startswith(start) for _, path in addresses()) for start, _ in WHO)
    assert [route.path for route in routes() if isinstance(route, Mount)] == ["/static"]


@pytest.mark.parametrize(("method", "path"), addresses("instructor", "owner", "visitor", "token"))
@pytest.mark.parametrize("cookie", ["", "visit=forged.by.hand"])
def test_nothing_opens_to_strangers(
    service: Service, submission: str, method: str, path: str, cookie: str
) -> None:
    stranger = TestClient(make_app(service), follow_redirects=False)
    headers = {"Cookie": cookie} if cookie else {}
    answer = stranger.request(method, filled(path, submission), headers=headers)
    refused(answer, 303, 401, 403)
    assert answer.headers.get("location", "/login") == "/login"


@pytest.mark.parametrize(("method", "path"), addresses("instructor", "owner"))
def test_nothing_opens_to_other_students(
    bob: Visitor, submission: str, method: str, path: str
) -> None:
    def ask(whose: str) -> object:
        if method == "POST":
            return bob.post(filled(path, whose))
        return bob.client.get(filled(path, whose))

    answer = ask(submission)
    refused(answer, 404)
    if "{submission}" in path:  # somebody's and nobody's are told apart by nothing
        unknown = ask("0" * len(submission))
        assert (unknown.status_code, unknown.text) == (answer.status_code, answer.text)


@pytest.mark.parametrize(("method", "path"), addresses("visitor"))
def test_what_is_everybody_s_shows_nothing_of_others(
    bob: Visitor, submission: str, method: str, path: str
) -> None:
    answer = bob.client.request(method, filled(path, submission))
    assert "quokka" not in answer.text
    assert "Ada" not in answer.text


@pytest.mark.parametrize(("method", "path"), addresses("token"))
@pytest.mark.parametrize("name", ["Bob", "Instructor"])
def test_a_cookie_opens_nothing_to_scripts(
    service: Service, submission: str, method: str, path: str, name: str
) -> None:
    visitor = come_in(service, name)
    refused(visitor.client.request(method, filled(path, submission)), 401)


@pytest.mark.parametrize(
    ("method", "path"),
    [one for one in addresses("instructor", "owner", "visitor") if one[0] == "POST"],
)
def test_forged_forms_do_nothing(service: Service, submission: str, method: str, path: str) -> None:
    ada = come_in(service, "Instructor" if who_may(method, path) == "instructor" else "Ada")
    for token in ("", come_in(service, "Ada").token()):
        data = {"form_token": token, "width": "W", "question": "width", "points": "1"}
        headers = {"X-Form-Token": token}
        answer = ada.client.post(filled(path, submission), data=data, headers=headers)
        assert answer.status_code == 403, answer.text
