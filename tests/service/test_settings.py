"""A service that strangers could reach is refused until it is safe to."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.service.settings import Settings, University


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_needs_nothing(host: str) -> None:
    Settings(Path(), host).check(has_password=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "grader.example"])
def test_elsewhere_everything_is_needed(host: str) -> None:
    safe = Settings(Path(), host, url="https://grader.example", proxies=("10.0.0.1",))
    safe.check(has_password=True)
    with pytest.raises(UsageError, match="password"):
        safe.check(has_password=False)
    with pytest.raises(UsageError, match="https"):
        Settings(Path(), host, url="http://x", proxies=("10.0.0.1",)).check(has_password=True)
    with pytest.raises(UsageError, match="--proxy"):
        Settings(Path(), host, url="https://x").check(has_password=True)


def test_a_strange_address_is_refused() -> None:
    with pytest.raises(UsageError, match="expected an address"):
        Settings(Path(), url="ftp://x").check(has_password=False)


def test_links_begin_with_where_people_reach_it(tmp_path: Path) -> None:
    assert Settings(tmp_path, port=81).public_url == "http://127.0.0.1:81"
    assert Settings(tmp_path, "::1", 81).public_url == "http://[::1]:81"
    assert Settings(tmp_path, url="https://g.example/").public_url == "https://g.example"
    assert Settings(tmp_path).database_url == f"sqlite:///{tmp_path}/service.db"


def test_an_account_of_the_university_is_as_good_as_a_password() -> None:
    university = University("https://uni.example", "autograder", "secret")
    safe = Settings(
        Path(),
        "0.0.0.0",
        url="https://grader.example",
        proxies=("10.0.0.1",),
        university=university,
        instructors=("ina@uni.example",),
    )
    safe.check(has_password=False)
    with pytest.raises(UsageError, match="--instructor"):
        dataclasses.replace(safe, instructors=()).check(has_password=False)
    with pytest.raises(UsageError, match="--oidc x"):
        dataclasses.replace(safe, university=University("x", "y", "z")).check(has_password=True)


@pytest.mark.parametrize("address", ["ina", "a@b\nBcc: c@d", "Ina <ina@x.org>", "a@b,c@d", "@x"])
def test_an_instructor_is_named_by_a_mail_address(address: str) -> None:
    with pytest.raises(UsageError, match="expected a mail address"):
        Settings(Path(), instructors=(address,)).check(has_password=False)


@pytest.mark.parametrize("proxy", ["nginx", "10.0.0.0/99", ""])
def test_a_proxy_is_known_by_its_address(proxy: str) -> None:
    Settings(Path(), proxies=("10.0.0.0/8", "::1")).check(has_password=False)
    with pytest.raises(UsageError, match="--proxy"):
        Settings(Path(), proxies=(proxy,)).check(has_password=False)
