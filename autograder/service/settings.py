"""How a service runs, and what it refuses to be."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from autograder.errors import UsageError

DATABASE: Final = "service.db"
_THIS_MACHINE: Final = ("127.0.0.0/8", "::1")


@dataclass(frozen=True)
class Settings:
    """One service.

    `url` is where people reach it, `proxies` the addresses of the proxies in front, whose word on a
    visitor's address is believed. `database` is an SQLAlchemy URL; without one the folder holds SQLite.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8000
    url: str = ""
    proxies: tuple[str, ...] = ()
    database: str = ""

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
        if self.host == "localhost":
            return False
        try:
            return not ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return True

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
        if not self.is_public:
            return
        missing = []
        if not self.is_secure:
            missing.append("--url with the https address that the proxy in front answers to")
        if not self.proxies:
            missing.append("--proxy with the proxy's own address")
        if not has_password:
            missing.append("an instructor's password (open the printed link on loopback first)")
        if missing:
            raise UsageError(
                f"--host {self.host} can be reached from other machines; that needs "
                + ", and ".join(missing)
            )
