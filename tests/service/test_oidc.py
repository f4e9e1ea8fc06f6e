"""The university's account opens the door to whom it belongs, and to nobody who only says so."""

from __future__ import annotations

import dataclasses
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwk
from sqlalchemy import select
from starlette.testclient import TestClient

from autograder.errors import InternalError, UsageError
from autograder.service import oidc, settings
from autograder.service.oidc import Provider
from autograder.service.service import Service
from autograder.service.tables import Person
from autograder.service.web.app import make_app
from tests.service.mailbox import Silence
from tests.service.university import CLIENT, SECRET, University, new_key


@pytest.fixture(scope="module")
def running() -> Iterator[University]:
    university = University()
    yield university
    university.close()


@pytest.fixture
def university(running: University) -> University:
    """The provider, honest again for every test."""
    running.be_honest()
    return running


def door(service: Service, university: University, **more: object) -> TestClient:
    """A browser before a service that has this provider."""
    known = settings.University(university.issuer, CLIENT, SECRET, **more)  # type: ignore[arg-type]
    service.settings = dataclasses.replace(service.settings, university=known)
    service.provider = Provider(known, f"{service.settings.public_url}/oidc/back")
    return TestClient(make_app(service), follow_redirects=False)


def come_in(client: TestClient, university: University, change: Callable = lambda url: url):
    """Go to the provider and come back, with the address changed on the way."""
    there = client.get("/oidc")
    assert there.status_code == 303
    back = urlsplit(change(university.log_in(there.headers["location"])))
    assert f"{back.scheme}://{back.netloc}" == "http://testserver"
    return client.get(f"{back.path}?{back.query}")


def who(client: TestClient) -> str:
    """Whose visit it is; empty when nobody's."""
    page = client.get("/").text
    return page.partition("<span>")[2].partition("</span>")[0] if "Leave" in page else ""


def test_a_student_comes_in(service: Service, university: University) -> None:
    client = door(service, university)
    assert 'href="/oidc"' in client.get("/login").text
    answer = come_in(client, university)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert who(client) == "Ada"
    assert "oidc" not in client.cookies
    token = client.get("/").text.partition('data-form-token="')[2].partition('"')[0]
    assert client.post("/leave", data={"form_token": token}).status_code == 303
    assert who(client) == ""


def test_an_instructor_comes_in_before_the_student_of_the_same_address(
    service: Service, university: University
) -> None:
    client = door(service, university)
    service.settings = dataclasses.replace(service.settings, instructors=("ADA@x.org",))
    service.appoint()
    service.appoint()  # as every start does
    assert come_in(client, university).headers["location"] == "/staff"
    with service.database.read() as session:
        staff = session.scalars(select(Person).where(Person.role == "instructor")).all()
        assert len(staff) == 1


def test_a_number_of_the_roster_is_a_claim_as_well(
    service: Service, university: University
) -> None:
    client = door(service, university, claim="matriculation")
    university.account |= {"matriculation": ["2"], "email": "other@x.org"}
    come_in(client, university)
    assert who(client) == "Bob"


def test_what_the_token_leaves_out_is_asked(service: Service, university: University) -> None:
    client = door(service, university)
    university.told_later = ("email", "email_verified", "name")
    come_in(client, university)
    assert who(client) == "Ada"


def test_another_account_s_information_is_not_believed(
    service: Service, university: University
) -> None:
    client = door(service, university)
    university.told_later = ("email", "email_verified")
    university.claims = {"sub": "somebody else"}
    assert "shows no mail address" in come_in(client, university).text
    assert who(client) == ""


def test_keys_change(service: Service, university: University) -> None:
    client = door(service, university)
    come_in(client, university)
    university.keys = [new_key()]
    again = TestClient(client.app, follow_redirects=False)
    come_in(again, university)
    assert who(again) == "Ada"


@pytest.mark.parametrize(
    ("algorithm", "kind", "size"),
    [("PS256", "RSA", 2048), ("ES256", "EC", "P-256"), ("Ed25519", "OKP", "Ed25519")],
)
def test_providers_sign_in_several_ways(
    service: Service, university: University, algorithm: str, kind: str, size: Any
) -> None:
    client = door(service, university)
    university.keys = [jwk.JWKRegistry.generate_key(kind, size, auto_kid=True)]
    university.header = {"alg": algorithm}
    come_in(client, university)
    assert who(client) == "Ada"


def test_a_secret_is_sent_as_the_provider_wants_it(
    service: Service, university: University
) -> None:
    university.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    client = door(service, university)
    come_in(client, university)
    assert who(client) == "Ada"


def test_an_issuer_may_end_in_a_slash(service: Service, university: University) -> None:
    university.document = {"issuer": f"{university.issuer}/"}
    university.claims = {"iss": f"{university.issuer}/"}
    client = door(service, university)
    come_in(client, university)
    assert who(client) == "Ada"


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"aud": "another"}, "not to be believed"),
        ({"aud": "another", "azp": CLIENT}, "not to be believed"),
        ({"aud": ["another", CLIENT], "azp": "another"}, "not to be believed"),
        ({"aud": None}, "not to be believed"),
        ({"iss": "https://evil.example"}, "not to be believed"),
        ({"nonce": "another"}, "not to be believed"),
        ({"nonce": None}, "not to be believed"),
        ({"exp": int(time.time()) - 600}, "not to be believed"),
        ({"exp": None}, "not to be believed"),
        ({"iat": int(time.time()) + 6_000}, "not to be believed"),
        ({"sub": None}, "not to be believed"),
        ({"at_hash": "wrong"}, "not to be believed"),
        ({"email_verified": False}, "has not verified"),
        ({"email_verified": None}, "has not verified"),
        ({"email_verified": "false"}, "has not verified"),
        ({"email": "stranger@x.org"}, "nobody of this course is stranger@x.org"),
        ({"email": ["ada@x.org", "bob@x.org"]}, "has not verified"),
        ({"email": "<i>@x.org"}, "&lt;i&gt;@x.org"),
    ],
)
def test_who_is_not_shown_stays_out(
    service: Service, university: University, claims: dict, says: str
) -> None:
    client = door(service, university)
    university.claims = claims
    answer = come_in(client, university)
    assert answer.status_code == 403
    assert says in answer.text
    assert "Traceback" not in answer.text
    assert who(client) == ""


def forgeries() -> dict[str, tuple[dict, object]]:
    other = jwk.RSAKey.generate_key(2048)
    return {
        "no signature": ({"alg": "none"}, jwk.OctKey.import_key("x" * 40)),
        "the secret of the client": ({"alg": "HS256"}, jwk.OctKey.import_key(SECRET)),
        "another key": ({}, other),
        "a key of its own": ({"jwk": other.as_dict(private=False)}, other),
        "an unknown key": ({"kid": "unknown"}, other),
    }


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("forgery", forgeries())
def test_a_forged_token_opens_nothing(
    service: Service, university: University, forgery: str
) -> None:
    client = door(service, university)
    university.header, university.signing_key = forgeries()[forgery]
    answer = come_in(client, university)
    assert answer.status_code == 403
    assert "not to be believed" in answer.text
    assert who(client) == ""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda url: url.replace("state=", "state=x"), "not started here"),
        (lambda url: url.partition("&state")[0], "not started here"),
        (lambda url: f"{url}&iss=https%3A%2F%2Fevil.example", "another provider"),
        (lambda url: url.replace("code=", "code=x"), "refused it (invalid_grant)"),
        (lambda url: url.replace("code=", "error=access_denied&error_description=x"), "broken off"),
    ],
)
def test_what_comes_back_belongs_to_what_was_started(
    service: Service, university: University, change: Callable, says: str
) -> None:
    client = door(service, university)
    answer = come_in(client, university, change)
    assert answer.status_code == 403
    assert says in answer.text
    assert who(client) == ""


def test_an_answer_to_another_browser_opens_nothing(
    service: Service, university: University
) -> None:
    victim = door(service, university)
    attacker = TestClient(victim.app, follow_redirects=False)
    back = university.log_in(attacker.get("/oidc").headers["location"])
    path = f"/oidc/back?{urlsplit(back).query}"
    assert "too old" in victim.get(path).text  # has started nothing
    victim.get("/oidc")
    assert "not started here" in victim.get(path).text
    assert who(victim) == ""


def test_an_answer_is_good_once(service: Service, university: University) -> None:
    client = door(service, university)
    back: list[str] = []
    come_in(client, university, lambda url: back.append(url) or url)
    again = client.get(f"/oidc/back?{urlsplit(back[0]).query}")
    assert "too old" in again.text


def test_nobody_is_enrolled_unless_the_instructor_says_so(
    service: Service, university: University
) -> None:
    university.account |= {"email": "new@x.org", "name": "  New\r\nBcc:\x1b x "}
    client = door(service, university)
    assert come_in(client, university).status_code == 403
    client = door(service, university, enrol=True)
    for _ in range(2):
        assert come_in(client, university).status_code == 303
    with service.database.read() as session:
        (person,) = session.scalars(select(Person).where(Person.email == "new@x.org"))
        assert (person.role, person.name) == ("student", "New Bcc: x")


def test_there_is_no_way_on_to_another_site(service: Service, university: University) -> None:
    client = door(service, university)
    asked = parse_qs(
        urlsplit(client.get("/oidc?next=https://evil.example").headers["location"]).query
    )
    assert asked["redirect_uri"] == ["http://testserver/oidc/back"]
    answer = come_in(client, university, lambda url: f"{url}&next=https://evil.example")
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
def test_a_provider_that_describes_itself_badly_is_not_used(
    service: Service, university: University, document: dict, caplog: pytest.LogCaptureFixture
) -> None:
    client = door(service, university)
    university.document = document
    with caplog.at_level(logging.WARNING):
        assert client.get("/oidc").status_code == 503
    (record,) = caplog.records
    assert "\n" not in record.getMessage()


def test_while_the_provider_is_down_the_other_doors_open(
    service: Service, university: University, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = door(service, university)
    back = university.log_in(client.get("/oidc").headers["location"])
    university.broken = True
    answer = client.get(f"/oidc/back?{urlsplit(back).query}")
    assert answer.status_code == 503
    fresh = door(service, university)
    assert "does not answer" in fresh.get("/oidc").text
    with service.database.begin() as session:
        secret = service.doors.invite(session, service.instructor(session).id)
    assert fresh.post(f"/enter/{secret}").status_code == 303
    university.broken = False
    assert fresh.get("/oidc").status_code == 503  # it is not asked again at once
    monkeypatch.setattr(oidc, "_PAUSE_SECONDS", 0.0)
    again = door(service, university)
    university.broken = True
    assert again.get("/oidc").status_code == 503
    university.broken = False
    assert again.get("/oidc").status_code == 303


def test_a_silent_provider_holds_up_one_visitor(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    silence = Silence()
    monkeypatch.setattr(oidc, "_SECONDS", 2.0)
    monkeypatch.setattr(oidc, "_PATIENCE_SECONDS", 0.1)
    provider = Provider(settings.University(silence.url, CLIENT, SECRET), "http://testserver/")
    said: list[str] = []

    def knock() -> None:
        with pytest.raises(InternalError) as failure:
            provider.start()
        said.append(str(failure.value))

    threads = [threading.Thread(target=knock) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    knock()
    silence.close()
    first, after, *others = sorted(said)
    assert "timed out" in first
    assert (after, others) == ("it did not answer a moment ago", ["it is slow to answer"] * 4)


def test_without_authlib_a_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "autograder.service.oidc")
    monkeypatch.setitem(sys.modules, "httpx2", None)
    known = settings.University("https://uni.example", CLIENT, SECRET)
    with pytest.raises(UsageError, match=r"install autograder\[oidc\]"):
        Service.open(settings.Settings(tmp_path / "service", university=known))


def test_nobody_listens_where_the_provider_was(service: Service) -> None:
    gone = University()
    gone.close()
    client = door(service, gone)
    assert "does not answer" in client.get("/oidc").text
    assert client.get("/health").status_code == 200


def test_without_a_provider_there_is_no_such_door(service: Service) -> None:
    client = TestClient(make_app(service), follow_redirects=False)
    assert "/oidc" not in client.get("/login").text
    assert client.get("/oidc").status_code == 404
    assert client.get("/oidc/back?code=x&state=x").status_code == 404


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"issuer": "http://uni.example"}, "--oidc http://uni.example"),
        ({"issuer": "uni.example"}, "--oidc uni.example"),
        ({"client": ""}, "--oidc-client"),
        ({"secret": ""}, "AUTOGRADER_OIDC_SECRET"),
    ],
)
def test_half_a_provider_is_refused(change: dict, says: str) -> None:
    known = settings.University("https://uni.example", CLIENT, SECRET)
    known.check()
    assert SECRET not in repr(known)
    with pytest.raises(UsageError, match=says):
        dataclasses.replace(known, **change).check()
