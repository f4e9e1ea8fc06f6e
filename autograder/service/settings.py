"""How a service runs, and what it refuses to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from autograder.errors import UsageError
from autograder.service.hosts import is_address, is_loopback, is_network
from autograder.service.mail import MailServer

DATABASE: Final = "service.db"
_THIS_MACHINE: Final = ("127.0.0.0/8", "::1")


@dataclass(frozen=True)
class University:
    """An OpenID provider: its issuer, and what it knows this service by.

    An account is the person whose mail address it has verified, or whose number or address its `claim`
    holds. With `enrol` an account that is nobody's becomes a student.
    """

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str = "email"
    enrol: bool = False

    def check(self) -> None:
        """Refuse a provider that could be listened in on, or to which we are nobody.

        Raises:
            UsageError: with what is missing.
        """
        parts = urlsplit(self.issuer)
        safe = parts.scheme == "https" or is_loopback(parts.hostname or "")
        if not parts.hostname or parts.scheme not in ("http", "https") or not safe:
            raise UsageError(f"--oidc {self.issuer}: expected the https address of an issuer")
        if not self.client:
            raise UsageError("--oidc needs --oidc-client, the id that the provider gave")
        if not self.secret:
            raise UsageError(
                "--oidc needs the client's secret: "
                "set AUTOGRADER_OIDC_SECRET, or name a file with --oidc-secret-file"
            )


@dataclass(frozen=True)
class Settings:
    """One service.

    `url` is where people reach it, `proxies` the addresses of the proxies in front, whose word on a
    visitor's address is believed. `database` is an SQLAlchemy URL; without one the folder holds SQLite.
    `instructors` are the addresses of those who are let in as such, however they come;
    `course` is what mails call it; without `mail` none are sent.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8000
    url: str = ""
    proxies: tuple[str, ...] = ()
    database: str = ""
    university: University | None = None
    instructors: tuple[str, ...] = ()
    course: str = ""
    mail: MailServer | None = None

    @property
    def database_url(self) -> str:
        """Where everything is kept."""
        return self.database or f"sqlite:///{self.folder.resolve() / DATABASE}"

    @property
    def public_url(self) -> str:
        """What links begin with, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it through TLS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def is_public(self) -> bool:
        """Whether other machines reach it."""
        return not is_loopback(self.host)

    @property
    def trusted_proxies(self) -> tuple[str, ...]:
        """Whose word on a visitor's address is believed.

        On loopback behind TLS it is this machine's: otherwise a class would count as one visitor.
        """
        if not self.proxies and self.is_secure and not self.is_public:
            return _THIS_MACHINE
        return self.proxies

    def check(self, *, has_password: bool) -> None:
        """Refuse to be reached from outside without TLS in front and a password on the door.

        Raises:
            UsageError: with what is missing.
        """
        if self.url and urlsplit(self.url).scheme not in ("http", "https"):
            raise UsageError(
                f"--url {self.url}: expected an address such as https://grader.example"
            )
        for proxy in self.proxies:
            if not is_network(proxy):
                raise UsageError(f"--proxy {proxy}: expected an IP address, or a network of them")
        for address in self.instructors:
            if not is_address(address):
                raise UsageError(f"--instructor {address}: expected a mail address")
        if self.university:
            self.university.check()
        if not self.is_public:
            return
        missing = []
        if not self.is_secure:
            missing.append("--url with the https address that the proxy in front answers to")
        if not self.proxies:
            missing.append("--proxy with the proxy's own address")
        if not has_password and not (self.university and self.instructors):
            missing.append(
                "an instructor's password (open the printed link on loopback first), "
                "or --oidc and --instructor"
            )
        if missing:
            raise UsageError(
                f"--host {self.host} can be reached from other machines; that needs "
                + ", and ".join(missing)
            )
