"""What stands before every page, as somebody meets it who means harm."""

from __future__ import annotations

import dataclasses
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from autograder.service.service import Service
from autograder.service.settings import Settings
from autograder.service.web.app import make_app
from autograder.service.web.guard import BodyLimit, Rates
from tests.service.visitors import come_in

PROXY = "10.0.0.1"
HTTPS = "https://grader.example"


def changed(service: Service, **settings: object) -> Service:
    service.settings = dataclasses.replace(service.settings, **settings)
    return service


def invite(service: Service) -> str:
    with service.database.begin() as session:
        return service.doors.invite(session, service.instructor(session).id)


def test_under_tls_a_cookie_stays_with_this_host(service: Service) -> None:
    app = make_app(changed(service, url=HTTPS))
    client = TestClient(app, base_url=HTTPS, follow_redirects=False)
    cookie = client.post(f"/enter/{invite(service)}").headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    assert name == "__Host-visit"
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(rest.split("; "))
    assert "omain" not in rest
    assert client.get("/staff").status_code == 200
    # A neighbour under the same domain can set a cookie without the prefix: it opens nothing.
    planted = {"Cookie": cookie.partition(";")[0].removeprefix("__Host-")}
    fresh = TestClient(app, base_url=HTTPS, follow_redirects=False)
    assert fresh.get("/staff", headers=planted).status_code == 401


def test_a_visit_is_a_new_one_whatever_cookie_was_there(service: Service) -> None:
    planted = come_in(service, "Bob").client.cookies["visit"]
    client = TestClient(make_app(service), follow_redirects=False)
    headers = {"Cookie": f"visit={planted}"}
    opened = client.post(f"/enter/{invite(service)}", headers=headers).cookies["visit"]
    assert opened != planted
    for cookie, code in ((planted, 404), (opened, 200)):
        stranger = TestClient(make_app(service), cookies={"visit": cookie})
        assert stranger.get("/staff").status_code == code


def test_leaving_ends_the_visit_everywhere(service: Service, visit: Callable) -> None:
    ada = visit("Ada")
    copied = ada.client.cookies["visit"]
    answer = ada.post("/leave")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    thief = TestClient(make_app(service), cookies={"visit": copied}, follow_redirects=False)
    assert thief.get("/").status_code == 401


@pytest.mark.parametrize("path", ["/enter/{secret}", "/login"])
@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Origin": "https://evil.example"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://testserver"}, False),
        ({"Origin": "null"}, False),  # an older browser, which our own pages tell no referrer
        ({}, False),
    ],
)
def test_another_site_cannot_let_a_visitor_in_as_somebody_else(
    service: Service, path: str, headers: dict, refused: bool
) -> None:
    client = TestClient(make_app(service), follow_redirects=False)
    answer = client.post(path.format(secret=invite(service)), headers=headers, data={"email": "x"})
    assert ("another site" in answer.text) == refused
    assert ("set-cookie" in answer.headers) == (not refused and path != "/login")


def test_a_scanner_of_mail_uses_no_link_up(service: Service) -> None:
    client = TestClient(make_app(service), follow_redirects=False)
    secret = invite(service)
    for method in ("GET", "HEAD", "OPTIONS"):
        client.request(method, f"/enter/{secret}")
    assert client.post(f"/enter/{secret}").status_code == 303


def test_no_answer_believes_the_host_that_a_visitor_names(service: Service) -> None:
    client = TestClient(make_app(service), follow_redirects=False)
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Accept": "text/html"}
    secret = invite(service)
    for path in ("/", "/staff", "/staff/", "//evil.example/", f"/enter/{secret}", "/nowhere"):
        answer = client.get(path, headers=headers)
        assert "evil" not in answer.text + str(answer.headers)
    answer = client.post(f"/enter/{secret}", headers=headers)
    assert answer.headers["location"] == "/staff"


def guesses(service: Service, peer: str, headers: Callable[[int], list]) -> set[int]:
    """The codes of forty guesses at a link, as one peer sends them."""
    client = TestClient(make_app(service), client=(peer, 1))
    return {client.get("/enter/guess", headers=headers(n)).status_code for n in range(40)}


@pytest.mark.parametrize(
    ("peer", "headers", "slowed"),
    [
        ("9.9.9.9", lambda n: [("X-Forwarded-For", f"1.1.1.{n}")], True),  # no proxy of ours
        (PROXY, lambda n: [("X-Forwarded-For", f"1.1.1.{n}")], False),  # forty visitors
        (PROXY, lambda n: [("X-Forwarded-For", f"1.1.1.{n}, 9.9.9.9")], True),  # one who lies
        (
            PROXY,
            lambda n: [("X-Forwarded-For", f"1.1.1.{n}"), ("X-Forwarded-For", "9.9.9.9")],
            True,
        ),
        (PROXY, lambda n: [("X-Forwarded-For", f"1.1.1.{n}, {PROXY}")], False),  # two of ours
        (PROXY, lambda n: [("X-Forwarded-For", f"2001:db8::{n:x}")], True),  # one home
        (PROXY, lambda n: [("X-Forwarded-For", f"2001:db8:0:{n:x}::1")], False),
        (PROXY, lambda n: [("X-Forwarded-For", "")], True),
    ],
)
def test_limits_count_visitors_and_not_what_they_say(
    service: Service, peer: str, headers: Callable, slowed: bool
) -> None:
    codes = guesses(changed(service, proxies=("192.168.0.0/16", PROXY)), peer, headers)
    assert codes == ({410, 429} if slowed else {410})


def test_a_whole_class_comes_in_through_one_address(service: Service) -> None:
    client = TestClient(make_app(service), follow_redirects=False)
    secrets = [invite(service) for _ in range(60)]
    assert {client.get(f"/enter/{secret}").status_code for secret in secrets} == {200}
    assert {client.post(f"/enter/{secret}").status_code for secret in secrets} == {303}


def test_a_proxy_on_this_machine_needs_no_name() -> None:
    def trusted(**more: object) -> bool:
        return bool(Settings(folder=None, **more).trusted_proxies)  # type: ignore[arg-type]

    assert trusted(url=HTTPS)
    assert not trusted()
    assert not trusted(url=HTTPS, host="0.0.0.0")


def test_many_at_once_count_as_many() -> None:
    rates = Rates(lambda: 0.0)
    refused: list[int] = []

    def knock() -> None:
        for _ in range(50):
            try:
                rates.take("door", "somebody", burst=100, per_minute=1)
            except HTTPException as error:
                refused.append(error.status_code)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(before)
    assert refused == [429] * 300


def test_a_body_without_an_announced_length_has_a_limit() -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1_000

    async def take(request: Request) -> Response:
        return Response(str(len(await request.body())))

    routes = [Route("/", take, methods=["POST"])]
    client = TestClient(Starlette(routes=routes, middleware=[Middleware(BodyLimit, most=5_000)]))
    assert client.post("/", content=chunks()).status_code == 413
    assert client.post("/", content=b"x" * 5_000).text == "5000"


def test_a_password_is_not_guessed_from_many_places(service: Service) -> None:
    app = make_app(service)
    codes = []
    for number in range(12):
        client = TestClient(app, client=(f"1.1.1.{number}", 1))
        data = {"email": f" INA@x.org{' ' * number}", "password": "x"}
        codes.append(client.post("/login", data=data).status_code)
    assert codes[0] == 403
    assert codes[-1] == 429


def test_people_are_led_to_the_door_and_scripts_are_told(service: Service) -> None:
    client = TestClient(make_app(service), follow_redirects=False)
    page = client.get("/exercises/sample", headers={"Accept": "text/html,*/*"})
    assert (page.status_code, page.headers["location"]) == (303, "/login")
    assert client.get("/exercises/sample", headers={"Accept": "*/*"}).status_code == 401
    assert client.post("/leave", headers={"Accept": "text/html"}).status_code == 403
