"""Several servers share the mails of one database: each is sent once, and none is forgotten."""

from __future__ import annotations

import threading
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.service.database import Database
from autograder.service.doors import Doors
from autograder.service.mail import MailServer, Undelivered
from autograder.service.post import Post, newest_mails
from autograder.service.roster import enrol
from autograder.service.settings import Settings
from autograder.service.tables import Link, Mail, Person
from autograder.submission.roster import Student

SERVER = MailServer.read("smtp+plain://127.0.0.1:1", "ml@x.org", "")


class Bag:
    """Takes mails as a courier does, in several threads."""

    server = SERVER

    def __init__(self) -> None:
        self.readers: list[str] = []
        self.refuses = ""

    def send(self, message: EmailMessage) -> None:
        if self.refuses:
            raise Undelivered(self.refuses, passing=False)
        self.readers.append(str(message["To"]))

    def close(self) -> None:
        pass


def post(database: Database, bag: Bag) -> Post:
    made = Post(database, Doors(database), Settings(Path(), course="ML"), SERVER)
    made.courier = bag  # type: ignore[assignment]
    return made


def students(session: Session, number: int) -> list[int]:
    """Enrol so many, and give who they are."""
    enrol(session, [Student(f"S{n}", "", f"s{n}@x.org") for n in range(number)])
    return list(session.scalars(select(Person.id)))


def test_servers_share_the_mails(database: Database) -> None:
    bag = Bag()
    servers = [post(database, bag) for _ in range(3)]
    with database.begin() as session:
        assert servers[0].send_to(session, students(session, 24)) == 24
    threads = [threading.Thread(target=server.send_due) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bag.readers) == sorted(f"S{n} <s{n}@x.org>" for n in range(24))
    with database.read() as session:
        assert {mail.state for mail in session.scalars(select(Mail))} == {"sent"}
        assert len(session.scalars(select(Link)).all()) == 24


def test_the_last_word_on_a_reader_is_kept(database: Database) -> None:
    bag = Bag()
    server = post(database, bag)
    for refusal in ("550 gone", "", "550 gone again"):
        bag.refuses = refusal
        with database.begin() as session:
            (reader,) = students(session, 1)
            server.send_to(session, [reader])
        server.send_due()
        with database.read() as session:
            mail = newest_mails(session)[reader]
            assert (mail.state, mail.problem) == (("failed", refusal) if refusal else ("sent", ""))
            assert len(session.scalars(select(Mail)).all()) == 1


def test_what_was_asked_for_twice_is_sent_once(database: Database) -> None:
    bag = Bag()
    server = post(database, bag)
    with database.begin() as session:
        students(session, 1)
        for address in ("s0@x.org", "S0@X.ORG", "nobody@x.org"):
            server.asked(session, address)
    assert server.send_due() == 1
    assert bag.readers == ["S0 <s0@x.org>"]


def test_who_left_the_course_meanwhile_gets_nothing(database: Database) -> None:
    bag = Bag()
    server = post(database, bag)
    with database.begin() as session:
        (reader,) = students(session, 1)
        server.send_to(session, [reader])
    with database.begin() as session:
        session.delete(session.get_one(Person, reader))
    assert server.send_due() == 0
    assert not bag.readers
