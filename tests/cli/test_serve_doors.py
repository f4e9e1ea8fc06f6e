"""How people come in is said by options, secrets by files and the environment, mistakes in a line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from autograder.cli.app import run
from autograder.cli.doors import doors

OIDC = ["--oidc", "https://uni.example", "--oidc-client", "us"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--oidc", "uni.example", "--oidc-client", "us"], "--oidc uni.example"),
        (["--oidc", "http://uni.example"], "--oidc http://uni.example"),
        (OIDC, "AUTOGRADER_OIDC_SECRET"),
        ([*OIDC, "--oidc-secret-file", "nowhere"], "nowhere"),
        (["--instructor", "ina"], "--instructor ina"),
        (
            ["--host", "0.0.0.0"],
            "--host 0.0.0.0 can be reached from other machines; that needs --url",
        ),
        (["--proxy", "nginx"], "--proxy nginx"),
        (["--mail", "mail.x.org"], "--mail mail.x.org: expected an address such as smtp://"),
        (["--mail", "smtp://mail.x.org:smtp"], "expected an address such as smtp://"),
        (["--mail", "smtp://"], "expected an address such as smtp://"),
        (["--mail", "smtp://mail.x.org"], "--mail-from ''"),
        (["--mail", "smtp://us:pw@mail.x.org"], "AUTOGRADER_MAIL_PASSWORD"),
        (["--mail", "smtp://us@mail.x.org"], "AUTOGRADER_MAIL_PASSWORD"),
    ],
)
def test_a_mistake_is_a_line(
    arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", *arguments, "--folder", str(tmp_path / "course")]) == 4
    said = capsys.readouterr().err
    assert says in said
    assert "pw" not in said
    assert said.count("\n") == 1


def read(*arguments: str) -> dict[str, Any]:
    """What the options come to."""
    found: dict[str, Any] = {}

    @click.command()
    @doors
    def command(doors: dict[str, Any]) -> None:
        found.update(doors)

    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return found


def test_without_options_there_is_no_such_door() -> None:
    assert read() == {"university": None, "instructors": (), "course": "", "mail": None}


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("xyz\n")
    found = read(*OIDC, "--oidc-secret-file", str(tmp_path / "secret"), "--instructor", "i@x.org")
    assert found["university"].secret == "xyz"
    assert found["university"].claim == "email"
    assert not found["university"].enrol
    assert found["instructors"] == ("i@x.org",)


def test_a_secret_from_the_environment_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_OIDC_SECRET", "abc")
    assert read(*OIDC)["university"].secret == "abc"
    assert "AUTOGRADER_OIDC_SECRET" not in os.environ


def test_a_mail_server_is_read(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("xyz\n")
    file = str(tmp_path / "password")
    found = read(
        "--mail",
        "smtp://a%40b@mail.x.org",
        "--mail-from",
        "ML <ml@x.org>",
        "--mail-password-file",
        file,
    )["mail"]
    assert (found.scheme, found.host, found.port) == ("smtp", "mail.x.org", 587)
    assert (found.user, found.password) == ("a@b", "xyz")
    assert str(found.sender) == "ML <ml@x.org>"
    assert "xyz" not in repr(found)


def test_a_password_does_not_go_unencrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for host, code in (("mail.x.org", 4), ("127.0.0.1", None)):
        monkeypatch.setenv("AUTOGRADER_MAIL_PASSWORD", "xyz")
        options = ["--mail", f"smtp+plain://us@{host}", "--mail-from", "ml@x.org"]
        if code is None:
            assert read(*options)["mail"].port == 25
        else:
            assert run(["serve", *options, "--folder", str(tmp_path / "course")]) == code
