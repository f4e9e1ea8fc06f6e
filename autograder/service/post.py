"""The mails that wait, and the thread that sends them.

What waits is in the database, so that nothing is lost when a server ends; a link is made when its mail
is sent. A mail that was handed over and not noted is sent again, with another link.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from autograder.service.database import Database
from autograder.service.doors import Doors
from autograder.service.hosts import is_address
from autograder.service.identity import person_at
from autograder.service.mail import SECONDS, Courier, Letter, MailServer, Undelivered
from autograder.service.settings import Settings
from autograder.service.tables import Mail, Person

MAILED_SECONDS: Final = 3 * 86_400.0
ASKED_SECONDS: Final = 3_600.0
# How long to wait after each try that may succeed later.
_PAUSES: Final = (60.0, 300.0, 900.0, 3_600.0)
_LOOK_SECONDS: Final = 5.0
_LEASE_SECONDS: Final = 30 * SECONDS  # each step of a slow server may take so long
_END_SECONDS: Final = 5.0
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Claim:
    mail: int
    tries: int
    letter: Letter


class Post:
    """The mails of a service."""

    def __init__(
        self, database: Database, doors: Doors, settings: Settings, server: MailServer
    ) -> None:
        self.database = database
        self.doors = doors
        self.settings = settings
        self.courier = Courier(server)
        self._over = threading.Event()
        self._news = threading.Event()
        self._thread: threading.Thread | None = None

    def send_to(self, session: Session, people: Iterable[int]) -> int:
        """Let everybody of these have a mail with a link; what waited or failed before is forgotten.

        Returns how many.
        """
        now = self.database.now(session)
        number = 0
        for person in people:
            session.execute(delete(Mail).where(Mail.person == person, Mail.state != "sent"))
            session.add(Mail(person=person, created=now, due=now))
            number += 1
        return number

    def asked(self, session: Session, address: str) -> None:
        """Let who has this address have a link, if they are of the course; who asks is not told."""
        waiting = Mail.state == "waiting", func.lower(Mail.address) == address.lower()
        if session.scalar(select(Mail.id).where(*waiting).limit(1)) is None:
            now = self.database.now(session)
            session.add(Mail(address=address, created=now, due=now))

    def start(self) -> None:
        """Begin to send, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, daemon=True, name="post")
        self._thread.start()

    def look(self) -> None:
        """Send at once what has just been added."""
        self._news.set()

    def close(self) -> None:
        """Stop after the mail in hand; what was not sent waits for the next start."""
        self._over.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join(_END_SECONDS)

    def send_due(self) -> int:
        """Send what is due; returns how many were sent."""
        sent = 0
        try:
            while not self._over.is_set() and (claim := self._claim()) is not None:
                try:
                    self.courier.send(claim.letter.message(self.courier.server.sender))
                except Undelivered as error:
                    self._note(claim, error)
                    if not error.usable:
                        break  # the others would fare no better
                else:
                    self._note(claim, None)
                    sent += 1
        finally:
            self.courier.close()
        return sent

    def _run(self) -> None:
        while not self._over.is_set():
            self._news.clear()
            try:
                self.send_due()
            except Exception as error:  # the others must still be sent
                _LOG.warning("mails wait: %s", " ".join(f"{error!r}".split())[:300])
            self._news.wait(_LOOK_SECONDS)

    def _claim(self) -> _Claim | None:
        """The mail that is due first, with a new link; one to nobody of the course is dropped."""
        with self.database.begin() as session:
            now = self.database.now(session)
            due = select(Mail).where(Mail.state == "waiting", Mail.due <= now)
            first = due.order_by(Mail.due, Mail.id).limit(1).with_for_update(skip_locked=True)
            while (mail := session.scalar(first)) is not None:
                was_asked = mail.person is None
                person = self._person(session, mail)
                if person is None:
                    session.delete(mail)
                    session.flush()
                    continue
                mail.due, mail.tries, mail.person = now + _LEASE_SECONDS, mail.tries + 1, person.id
                others = Mail.person == person.id, Mail.id != mail.id, Mail.state != "waiting"
                session.execute(delete(Mail).where(*others))
                asked = was_asked or bool(mail.address)
                letter = self._letter(session, person, now, asked=asked)
                return _Claim(mail.id, mail.tries, letter)
            return None

    def _person(self, session: Session, mail: Mail) -> Person | None:
        if mail.person is None:
            return person_at(session, mail.address)
        return session.get(Person, mail.person)

    def _letter(self, session: Session, person: Person, now: float, *, asked: bool) -> Letter:
        seconds = ASKED_SECONDS if asked else MAILED_SECONDS
        if not asked:
            self.doors.forget_links(session, person.id)
        return Letter(
            name=person.name,
            address=person.email,
            course=self.settings.course or "your course",
            link=f"{self.settings.public_url}/enter/{self.doors.invite(session, person.id, seconds)}",
            expires=now + seconds,
            contact=self._contact(session, person),
            was_asked=asked,
        )

    def _contact(self, session: Session, reader: Person) -> str:
        """Whom to ask: another, an instructor with an address, else who answers at the sender's."""
        staff = Person.role == "instructor", Person.id != reader.id
        addresses = session.scalars(select(Person.email).where(*staff).order_by(Person.id))
        return next(filter(is_address, addresses), "") or self.courier.server.sender.addr_spec

    def _note(self, claim: _Claim, error: Undelivered | None) -> None:
        with self.database.begin() as session:
            mail = session.get(Mail, claim.mail)
            if mail is None:  # another was asked for meanwhile
                return
            now = self.database.now(session)
            mail.problem = str(error) if error else ""
            if error is None:
                mail.state, mail.sent = "sent", now
            elif error.passing and claim.tries <= len(_PAUSES):
                mail.due = now + _PAUSES[claim.tries - 1]
            else:
                mail.state = "failed"


def newest_mails(session: Session) -> dict[int, Mail]:
    """The last mail of each person who has one."""
    mails = select(Mail).where(Mail.person.is_not(None)).order_by(Mail.id)
    return {mail.person: mail for mail in session.scalars(mails) if mail.person is not None}
