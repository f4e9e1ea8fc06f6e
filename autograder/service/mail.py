"""Sends mails through a server of the university or a provider, and writes the one with a link."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from autograder.errors import AutograderError, UsageError
from autograder.service.hosts import is_address, is_loopback

SECONDS: Final = 20.0
_CLOSING: Final = 421  # the server is about to hang up, whatever is asked
_PORTS: Final = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_TEXT: Final = """\
Hello{name},

this link lets you in to {course}:

    {link}

It opens once, until {until}.
For another device you need another link.
{asked}
Questions? Write to {contact}.
"""
_ASKED: Final = """
You, or somebody who knows your address, asked for it.
If it was not you, leave it.
"""


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed over.

    `scheme` is `smtps` for TLS from the start, `smtp` for STARTTLS, without which nothing is sent, and
    `smtp+plain` for a relay that is reached safely without either.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: Address

    @classmethod
    def read(cls, url: str, sender: str, password: str) -> MailServer:
        """A server by its address, such as `smtp://name@mail.uni.example:587`.

        Raises:
            UsageError: with what is wrong.
        """
        parts = urlsplit(url)
        try:
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise UsageError(f"--mail {_hidden(url)}: {_EXPECTED}") from None
        if not parts.hostname:
            raise UsageError(f"--mail {_hidden(url)}: {_EXPECTED}")
        if parts.password is not None:
            raise UsageError(
                "--mail: a password does not belong on the command line; "
                "set AUTOGRADER_MAIL_PASSWORD, or name a file with --mail-password-file"
            )
        user = unquote(parts.username or "")
        if user and not password:
            raise UsageError(
                "--mail names a user, who needs a password: "
                "set AUTOGRADER_MAIL_PASSWORD, or name a file with --mail-password-file"
            )
        if user and parts.scheme == "smtp+plain" and not is_loopback(parts.hostname):
            raise UsageError("--mail smtp+plain:// would show the password to everybody on the way")
        return cls(parts.scheme, parts.hostname, port, user, password, _sender(sender))


_EXPECTED: Final = "expected an address such as smtp://name@mail.uni.example:587"


def _hidden(url: str) -> str:
    """An address without the password that should not have been in it."""
    return url.rpartition("@")[2] if "@" in url else url


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    if not is_address(address) or not text.isprintable():
        raise UsageError(f"--mail-from {text!r}: expected an address such as ml@uni.example")
    return Address(name, addr_spec=_in_ascii(address))


def _in_ascii(address: str) -> str:
    """The address, with its domain as the mail system knows it."""
    local, _, domain = address.rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"


class Undelivered(AutograderError):
    """A mail was not taken; `passing` when it may be later, not `usable` when no other would be."""

    def __init__(self, message: str, *, passing: bool, usable: bool = True) -> None:
        super().__init__(" ".join(message.split())[:300])
        self.passing = passing
        self.usable = usable


@dataclass(frozen=True)
class Letter:
    """What a mail with a link says: to whom, for what, until when (seconds since 1970), whom to ask."""

    name: str
    address: str
    course: str
    link: str
    expires: float
    contact: str
    was_asked: bool = False

    def message(self, sender: Address) -> EmailMessage:
        """The mail.

        Raises:
            Undelivered: the address is none.
        """
        name = "".join(c for c in " ".join(self.name.split()) if c.isprintable())[:200]
        if not is_address(self.address):
            raise Undelivered(f"{self.address[:100]!r} is not a mail address", passing=False)
        message = EmailMessage()
        try:
            message["To"] = Address(name, addr_spec=_in_ascii(self.address))
        except (MessageError, ValueError):
            words = f"{self.address!r} has letters before the @ that are not written here"
            raise Undelivered(words, passing=False) from None
        message["From"] = sender
        message["Reply-To"] = self.contact
        message["Subject"] = f"Your link to {self.course}"
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = make_msgid(domain=sender.domain)
        message["Auto-Submitted"] = "auto-generated"
        text = _TEXT.format(
            name=f" {name}" if name else "",
            course=self.course,
            link=self.link,
            until=_moment(self.expires),
            asked=_ASKED if self.was_asked else "",
            contact=self.contact,
        )
        message.set_content(text)
        return message


def _moment(seconds: float) -> str:
    date = time.gmtime(seconds)
    months = (
        "January February March April May June July August September October November December"
    ).split()
    clock = time.strftime("%H:%M", date)
    return f"{date.tm_mday} {months[date.tm_mon - 1]} {date.tm_year}, {clock} UTC"


class Courier:
    """Hands mails over, one after the other through one connection as long as that holds."""

    def __init__(self, server: MailServer, seconds: float = SECONDS) -> None:
        self.server = server
        self.seconds = seconds
        self._line: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand a mail over.

        Raises:
            Undelivered: with the reason.
        """
        was_held = self._line is not None
        try:
            _plainly(lambda: self._open().send_message(message))
        except Undelivered as error:
            self._hang_up()
            if error.usable or not was_held:
                raise
            # The server ended a connection that had lasted long enough for it.
            self.send(message)

    def close(self) -> None:
        """End the connection."""
        if self._line is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._line.quit()
        self._hang_up()

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _open(self) -> smtplib.SMTP:
        if self._line is None:
            server = self.server
            if server.scheme == "smtps":
                context = ssl.create_default_context()
                line: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=self.seconds, context=context
                )
            else:
                line = smtplib.SMTP(server.host, server.port, timeout=self.seconds)
            self._line = line
            if server.scheme == "smtp":
                line.starttls(context=ssl.create_default_context())
            if server.user:
                line.login(server.user, server.password)
        return self._line


def _plainly(do: Callable[[], Any]) -> None:
    """Do it, with every failure said as one.

    Raises:
        Undelivered: with the reason.
    """
    try:
        do()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise Undelivered(_said(code, words), passing=code < 500) from None
    except smtplib.SMTPAuthenticationError as error:
        said = _said(error.smtp_code, error.smtp_error)
        raise _unusable(f"does not take our user and password: {said}") from None
    except smtplib.SMTPResponseException as error:
        raise Undelivered(
            _said(error.smtp_code, error.smtp_error),
            passing=error.smtp_code < 500,
            usable=error.smtp_code != _CLOSING,
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        raise _unusable(f"lacks what is needed: {error}") from None
    except ssl.SSLCertVerificationError as error:
        raise _unusable(f"shows a certificate that is not good: {error.verify_message}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise _unusable(f"does not answer: {str(error) or type(error).__name__}") from None


def _unusable(words: str) -> Undelivered:
    return Undelivered(f"the mail server {words}", passing=True, usable=False)


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}"
