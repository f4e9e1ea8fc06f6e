"""The options of `serve` that say how people come in."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from autograder.cli.options import declared

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_OPTIONS: Final = (
    click.option("--course", default="", metavar="NAME", help="What mails call the course."),
    click.option(
        "--mail", default="", metavar="URL", help="Send mail by smtp://USER@HOST:PORT (or smtps)."
    ),
    click.option("--mail-from", default="", metavar="ADDRESS", help="Who the mails come from."),
    click.option(
        "--mail-password-file",
        type=_FILE,
        help="Holds the user's password; or set AUTOGRADER_MAIL_PASSWORD.",
    ),
    click.option("--oidc", default="", metavar="ISSUER", help="The university's OpenID provider."),
    click.option(
        "--oidc-client", default="", metavar="ID", help="The id that it gave this service."
    ),
    click.option(
        "--oidc-secret-file",
        type=_FILE,
        help="Holds the secret that it gave; or set AUTOGRADER_OIDC_SECRET.",
    ),
    click.option(
        "--oidc-claim",
        default="email",
        show_default=True,
        metavar="NAME",
        help="What of an account is compared with the roster.",
    ),
    click.option("--oidc-enrol", is_flag=True, help="Accounts that are nobody's become students."),
    click.option(
        "--instructor", multiple=True, metavar="ADDRESS", help="The mail address of an instructor."
    ),
)


def doors(command: _Command) -> _Command:
    """Declare the options: the command gets one argument `doors`, the fields of `Settings` for them."""

    @functools.wraps(command)
    def called(**given: Any) -> Any:
        own = {name: given.pop(name) for name in inspect.signature(_settings).parameters}
        return command(doors=_settings(**own), **given)

    made: _Command = declared(called, _OPTIONS)
    return made


def _settings(
    *,
    course: str,
    mail: str,
    mail_from: str,
    mail_password_file: Path | None,
    oidc: str,
    oidc_client: str,
    oidc_secret_file: Path | None,
    oidc_claim: str,
    oidc_enrol: bool,
    instructor: tuple[str, ...],
) -> dict[str, Any]:
    from autograder.service.mail import MailServer
    from autograder.service.settings import University

    password = _secret("AUTOGRADER_MAIL_PASSWORD", mail_password_file)
    server = MailServer.read(mail, mail_from, password) if mail else None
    secret = _secret("AUTOGRADER_OIDC_SECRET", oidc_secret_file)
    university = University(oidc, oidc_client, secret, oidc_claim, oidc_enrol) if oidc else None
    return {
        "university": university,
        "instructors": instructor,
        "course": " ".join(course.split()),
        "mail": server,
    }


def _secret(variable: str, file: Path | None) -> str:
    """A secret from the environment, whence the workers do not inherit it, or else from a file.

    Raises:
        UsageError: the file cannot be read.
    """
    from autograder.errors import UsageError

    given = os.environ.pop(variable, "")
    if given or file is None:
        return given
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {getattr(error, 'strerror', error)}") from None
