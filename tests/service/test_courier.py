"""A mail is written so that nothing in it is taken for something else, and handed over safely."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.service.mail import Courier, Undelivered
from tests.service.mailbox import Mailbox, certificate, free_port, letter, server, text_of


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Jürgen Großmann-Łukasiewicz", "Hello Jürgen Großmann-Łukasiewicz,"),
        ("Ada\r\nBcc: eve@x.org", "Hello Ada Bcc: eve@x.org,"),
        ('"Ada", <eve@x.org>', 'Hello "Ada", <eve@x.org>,'),
        ("", "Hello,"),
        ("王" * 300, f"Hello {'王' * 200},"),
        ("\u202egnirts", "Hello gnirts,"),
    ],
)
def test_a_name_is_a_name_and_no_header(mailbox: Mailbox, name: str, greeted: str) -> None:
    courier = Courier(server(mailbox.port))
    courier.send(letter(name=name).message(courier.server.sender))
    courier.close()
    (mail,) = mailbox.mails
    assert mail["X-Recipients"] == "ada@x.org"
    assert mail["Bcc"] is None
    assert greeted in text_of(mail)
    assert "http://testserver/enter/secret" in text_of(mail).splitlines()[4]


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@x.org\r\nRCPT TO:<eve@x.org>", "a@b@c", "<a@b>"]
)
def test_no_mail_goes_to_what_is_no_address(address: str) -> None:
    with pytest.raises(Undelivered, match="not a mail address"):
        letter(address=address).message(server(1).sender)


def test_a_domain_may_have_umlauts(mailbox: Mailbox) -> None:
    courier = Courier(server(mailbox.port))
    courier.send(letter(address="ada@bücher.example").message(courier.server.sender))
    courier.close()
    assert mailbox.mails[0]["X-Recipients"] == "ada@xn--bcher-kva.example"


def test_tls_is_begun_and_the_password_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = certificate(tmp_path)
    box = Mailbox(context, password="right")
    try:
        message = letter().message(server(1).sender)
        known = Courier(server(box.port, "smtp", "us", "right"))
        with pytest.raises(Undelivered, match="certificate that is not good") as failure:
            known.send(message)
        assert failure.value.passing
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        known.send(message)
        known.close()
        assert box.encrypted == [True]
        with pytest.raises(Undelivered, match="does not take our user and password: 535"):
            Courier(server(box.port, "smtp", "us", "wrong")).send(message)
    finally:
        box.close()


def test_without_tls_nothing_is_sent(mailbox: Mailbox) -> None:
    courier = Courier(server(mailbox.port, "smtp"))
    with pytest.raises(Undelivered, match="STARTTLS"):
        courier.send(letter().message(courier.server.sender))
    assert not mailbox.mails


def test_a_server_that_hangs_up_between_mails_is_called_again(mailbox: Mailbox) -> None:
    courier = Courier(server(mailbox.port))
    message = letter().message(courier.server.sender)
    courier.send(message)
    assert courier._line
    courier._line.sock.shutdown(2)
    courier.send(message)
    courier.close()
    assert len(mailbox.mails) == 2


def test_nobody_is_where_the_server_should_be() -> None:
    with pytest.raises(Undelivered, match="does not answer") as failure:
        Courier(server(free_port()), seconds=2).send(letter().message(server(1).sender))
    assert failure.value.passing
    assert not failure.value.usable
