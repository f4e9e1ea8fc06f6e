"""Mails with links arrive, or it is seen why not; nobody is told who is of the course."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from autograder.service.post import Post
from autograder.service.roster import enrol
from autograder.service.service import Service
from autograder.service.tables import Mail, Person
from autograder.service.web.app import make_app
from autograder.submission.roster import Student
from tests.service.mailbox import SENDER, Mailbox, Silence, server, text_of, wait_for
from tests.service.visitors import Visitor

LINK = re.compile(r"http://testserver/enter/([\w-]+)")


@pytest.fixture
def service(service: Service, mailbox: Mailbox) -> Service:
    """A service that has a mail server; tests say when its mails are sent."""
    use(service, mailbox.port)
    return service


def use(service: Service, port: int, seconds: float = 20.0) -> Post:
    service.post = Post(service.database, service.doors, service.settings, server(port))
    service.post.courier.seconds = seconds
    return service.post


def state(service: Service, name: str = "Ada") -> tuple[str, str]:
    with service.database.read() as session:
        person = session.scalars(select(Person.id).where(Person.name == name)).one()
        mail = session.scalars(select(Mail).where(Mail.person == person)).one()
        return mail.state, mail.problem


def wait_no_longer(service: Service) -> None:
    """Let what waits for its next try be due."""
    with service.database.begin() as session:
        session.execute(update(Mail).values(due=0.0))


def person(service: Service, name: str) -> dict[str, str]:
    with service.database.read() as session:
        number = session.scalars(select(Person.id).where(Person.name == name)).one()
    return {f"student-{number}": "yes"}


def test_an_instructor_mails_links_to_whom_they_ticked(
    service: Service, mailbox: Mailbox, visit: Callable
) -> None:
    staff = visit("Instructor")
    assert staff.post("/staff/people/mail", person(service, "Ada")).status_code == 303
    assert "waiting" in staff.client.get("/staff/people").text
    assert service.post
    assert service.post.send_due() == 1
    (mail,) = mailbox.mails
    assert str(mail["From"]) == SENDER
    assert mail["X-Recipients"] == "ada@x.org"
    assert mail["Subject"] == "Your link to your course"
    text = text_of(mail)
    assert "Hello Ada," in text
    assert "Write to ml@x.org" in text
    assert re.search(r"once, until \d+ \w+ \d{4}, \d\d:\d\d UTC", text)
    assert "sent <time" in staff.client.get("/staff/people").text
    secret = LINK.findall(text)[0]
    Visitor(service, secret)
    assert service.post.send_due() == 0


def test_without_ticks_those_have_one_who_have_not_come_in(
    service: Service, mailbox: Mailbox, visit: Callable
) -> None:
    visit("Bob")
    staff = visit("Instructor")
    assert service.post
    staff.post("/staff/people/mail")
    assert service.post.send_due() == 1
    visit("Ada")
    answer = staff.post("/staff/people/mail")
    assert answer.status_code == 422
    assert "Everybody has come in already" in answer.text


def test_a_link_takes_the_place_of_the_one_before(
    service: Service, mailbox: Mailbox, visit: Callable
) -> None:
    staff = visit("Instructor")
    page = staff.post("/staff/people/links", person(service, "Ada")).text
    printed = LINK.findall(page)[0]
    assert service.post
    for _ in range(2):
        staff.post("/staff/people/mail", person(service, "Ada"))
        service.post.send_due()
    first, second = (LINK.findall(text_of(mail))[0] for mail in mailbox.mails)
    stranger = TestClient(make_app(service))
    assert [stranger.get(f"/enter/{one}").status_code for one in (printed, first)] == [410, 410]
    Visitor(service, second)


def test_no_link_is_stored(service: Service, mailbox: Mailbox, visit: Callable) -> None:
    visit("Instructor").post("/staff/people/mail", person(service, "Ada"))
    assert service.post
    service.post.send_due()
    secret = LINK.findall(text_of(mailbox.mails[0]))[0]
    connection = sqlite3.connect(service.settings.folder / "service.db")
    assert secret not in "\n".join(connection.iterdump())
    connection.close()


def test_who_refuses_is_shown_with_the_reason(
    service: Service, mailbox: Mailbox, visit: Callable
) -> None:
    mailbox.refusals = ["550 5.1.1 <b>no such mailbox</b>"]
    staff = visit("Instructor")
    staff.post("/staff/people/mail")
    assert service.post
    assert service.post.send_due() == 1  # the other student's
    page = staff.client.get("/staff/people").text
    assert "550 5.1.1 &lt;b&gt;no such mailbox" in page
    assert "failed" in page
    staff.post("/staff/people/mail", person(service, "Ada"))
    assert service.post.send_due() == 1
    assert state(service) == ("sent", "")


def test_who_is_busy_is_asked_again_and_in_the_end_given_up(
    service: Service, mailbox: Mailbox, visit: Callable
) -> None:
    mailbox.refusals = ["451 4.7.1 greylisted"] * 5
    visit("Instructor").post("/staff/people/mail", person(service, "Ada"))
    assert service.post
    for _ in range(4):
        assert service.post.send_due() == 0
        assert service.post.send_due() == 0  # not at once
        assert state(service) == ("waiting", "451 4.7.1 greylisted")
        wait_no_longer(service)
    service.post.send_due()
    assert state(service) == ("failed", "451 4.7.1 greylisted")


def test_a_busy_server_takes_it_later(service: Service, mailbox: Mailbox, visit: Callable) -> None:
    mailbox.refusals = ["451 4.7.1 greylisted"]
    visit("Instructor").post("/staff/people/mail", person(service, "Ada"))
    assert service.post
    service.post.send_due()
    wait_no_longer(service)
    assert service.post.send_due() == 1
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("kind", ["gone", "silent"])
def test_a_dead_server_holds_up_no_page_and_loses_nothing(
    service: Service, mailbox: Mailbox, visit: Callable, kind: str
) -> None:
    silence = Silence()
    if kind == "gone":
        silence.close()
    post = use(service, silence.port, seconds=0.5)
    post.start()
    staff = visit("Instructor")
    assert staff.post("/staff/people/mail").status_code == 303
    wait_for(lambda: "does not answer" in staff.client.get("/staff/people").text)
    post.close()
    silence.close()
    post = use(service, mailbox.port)  # as after the next start
    wait_no_longer(service)
    assert post.send_due() == 2


def test_the_thread_sends_at_once(service: Service, mailbox: Mailbox, visit: Callable) -> None:
    assert service.post
    service.post.start()
    visit("Instructor").post("/staff/people/mail", person(service, "Ada"))
    wait_for(lambda: state(service)[0] == "sent")
    assert len(mailbox.mails) == 1


def test_a_server_that_ends_in_the_middle_sends_again(
    service: Service, mailbox: Mailbox, visit: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit("Instructor").post("/staff/people/mail", person(service, "Ada"))
    assert service.post

    def die(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(service.post.courier, "send", die)
    with pytest.raises(KeyboardInterrupt):
        service.post.send_due()
    again = use(service, mailbox.port)
    assert again.send_due() == 0  # it could still be on its way
    wait_no_longer(service)
    assert again.send_due() == 1


def test_many_mails_go_through_one_connection(
    service: Service, mailbox: Mailbox, visit: Callable
) -> None:
    with service.database.begin() as session:
        enrol(session, [Student(f"S{n}", "", f"s{n}@x.org") for n in range(20)])
    visit("Instructor").post("/staff/people/mail")
    assert service.post
    assert service.post.send_due() == 22
    assert mailbox.connections == 1
    assert len({LINK.findall(text_of(mail))[0] for mail in mailbox.mails}) == 22


def ask(client: TestClient, address: str):
    return client.post("/login/link", data={"email": address})


def test_a_student_asks_for_a_link(service: Service, mailbox: Mailbox) -> None:
    client = TestClient(make_app(service))
    assert 'action="/login/link"' in client.get("/login").text
    assert ask(client, " ADA@x.org ").status_code == 200
    assert service.post
    assert service.post.send_due() == 1
    text = text_of(mailbox.mails[0])
    assert "asked for it" in text
    Visitor(service, LINK.findall(text)[0])


def test_asking_keeps_the_links_that_are_there(
    service: Service, mailbox: Mailbox, visit: Callable
) -> None:
    page = visit("Instructor").post("/staff/people/links", person(service, "Ada")).text
    ask(TestClient(make_app(service)), "ada@x.org")  # as a stranger may
    assert service.post
    service.post.send_due()
    Visitor(service, LINK.findall(page)[0])


def test_an_answer_does_not_tell_who_is_of_the_course(service: Service, mailbox: Mailbox) -> None:
    client = TestClient(make_app(service))
    known, unknown = ask(client, "ada@x.org"), ask(client, "eve@x.org")
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("ada@", "eve@") == unknown.text
    assert service.post
    assert service.post.send_due() == 1
    with service.database.read() as session:
        assert len(session.scalars(select(Mail)).all()) == 1  # the stranger's is forgotten


def test_asking_is_slowed_down_by_address_and_by_visitor(service: Service) -> None:
    app = make_app(service)
    places = [TestClient(app, client=(f"1.1.1.{n}", 1)) for n in range(5)]
    assert [ask(place, "ada@x.org").status_code for place in places] == [200, 200, 200, 429, 429]
    codes = [ask(TestClient(app), f"s{n}@x.org").status_code for n in range(70)]
    assert (codes[0], codes[-1]) == (200, 429)


@pytest.mark.parametrize("address", ["", "ada", "ada@x.org\nBcc: eve@x.org", "a@x.org,b@x.org"])
def test_only_an_address_is_asked_for(service: Service, address: str) -> None:
    assert ask(TestClient(make_app(service)), address).status_code == 422


def test_the_mail_says_whom_to_ask(service: Service, mailbox: Mailbox) -> None:
    with service.database.begin() as session:
        service.instructor(session)  # has no address
        enrol(session, [Student("Ina", "", "ina@x.org")], "instructor")
    client = TestClient(make_app(service))
    assert service.post
    for address, whom in (("ada@x.org", "ina@x.org"), ("ina@x.org", "ml@x.org")):
        ask(client, address)
        service.post.send_due()
        mail = mailbox.mails.pop()
        assert mail["Reply-To"] == whom
        assert f"Write to {whom}." in text_of(mail)


def test_without_a_mail_server_there_are_no_mails(service: Service, visit: Callable) -> None:
    service.post = None
    staff = visit("Instructor")
    assert "Mail links" not in staff.client.get("/staff/people").text
    assert staff.post("/staff/people/mail").status_code == 404
    client = TestClient(make_app(service))
    assert "/login/link" not in client.get("/login").text
    assert ask(client, "ada@x.org").status_code == 404


def test_an_address_that_cannot_be_written_holds_up_no_other(
    service: Service, mailbox: Mailbox, visit: Callable
) -> None:
    with service.database.begin() as session:
        session.execute(update(Person).where(Person.name == "Ada").values(email="ädä@x.org"))
    visit("Instructor").post("/staff/people/mail")
    assert service.post
    assert service.post.send_due() == 1
    assert state(service) == (
        "failed",
        "'ädä@x.org' has letters before the @ that are not written here",
    )


def test_whatever_goes_wrong_the_others_are_sent(
    service: Service, mailbox: Mailbox, visit: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert service.post
    send, failures = service.post.courier.send, [RuntimeError("a bug")]

    def once(message: object) -> None:
        if failures:
            raise failures.pop()
        send(message)  # type: ignore[arg-type]

    monkeypatch.setattr(service.post.courier, "send", once)
    visit("Instructor").post("/staff/people/mail")
    service.post.start()
    service.post.look()
    wait_for(lambda: mailbox.mails)
