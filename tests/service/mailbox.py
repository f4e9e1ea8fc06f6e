"""A mail server on loopback that keeps what it is given, and misbehaves where a test wants it to."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from autograder.service.mail import Letter, MailServer

SENDER = "Übungen ML <ml@x.org>"


class Mailbox:
    """The server. `refusals` are what it says to the next recipients, in place of taking them."""

    def __init__(self, tls: ssl.SSLContext | None = None, password: str = "") -> None:
        self.mails: list[EmailMessage] = []
        self.refusals: list[str] = []
        self.delay = 0.0
        self.connections = 0
        self.encrypted: list[bool] = []
        more: dict[str, Any] = {}
        if tls is not None:
            more |= {"tls_context": tls, "require_starttls": True}
        if password:
            right = LoginPassword(b"us", password.encode())
            more |= {
                "authenticator": lambda *given: AuthResult(
                    success=given[-1] == right, handled=False
                ),
                "auth_required": True,
                "auth_require_tls": tls is not None,
            }
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), **more)
        self._controller.start()
        self.port = self._controller.port

    def close(self) -> None:
        self._controller.stop()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        time.sleep(self.delay)
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        mail["X-Recipients"] = ",".join(envelope.rcpt_tos)
        self.mails.append(mail)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


class Silence:
    """A server that takes connections and never says a word."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._socket.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for 127.0.0.1 by an authority of its own, and the file that makes it believed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    public, private = folder / "public.pem", folder / "private.pem"
    public.write_bytes(made.public_bytes(encoding))
    kind = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(encoding, kind, serialization.NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return context, public


def wait_for(what, seconds: float = 20.0) -> None:
    """Wait until something is so."""
    over = threading.Event()
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to be"
        over.wait(0.02)


def server(port: int, scheme: str = "smtp+plain", user: str = "", password: str = "") -> MailServer:
    host = "localhost" if scheme != "smtp+plain" else "127.0.0.1"
    at = f"{user}@" if user else ""
    return MailServer.read(f"{scheme}://{at}{host}:{port}", SENDER, password)


def letter(**change: object) -> Letter:
    fields = {
        "name": "Ada",
        "address": "ada@x.org",
        "course": "Lernen",
        "link": "http://testserver/enter/secret",
        "expires": 0.0,
        "contact": "ina@x.org",
        **change,
    }
    return Letter(**fields)  # type: ignore[arg-type]


def text_of(mail: object) -> str:
    return mail.get_content()  # type: ignore[attr-defined]
