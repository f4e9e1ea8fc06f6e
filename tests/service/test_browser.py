"""A student and an instructor in a real browser, against a server and a worker that really run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from autograder.service.roster import enrol
from autograder.service.service import Service
from autograder.service.settings import Settings
from autograder.service.tables import Person
from autograder.service.web.app import make_app
from autograder.service.worker import Worker
from autograder.submission.roster import Student
from tests.conftest import HEAD
from tests.reports.page.browser import CHROMIUM, Browser, Page, browser
from tests.service.test_kills import free_port

EXERCISE = r"""
symbols: {W: positive integer, K: positive integer}
questions:
  - id: width
    kind: expression
    title: The width
    points: 2
    prompt: "How wide is it, in terms of $W$ and $K$?"
    answer: W - K + 1
    mistakes: [{answer: W - K, credit: 0.5, feedback: "One place more: count both ends."}]
  - {id: why, kind: text, title: Why, points: 1, rubric: [{says: "It counts the places."}]}
"""
PATIENCE = 60.0


@dataclass
class Running:
    """A service with its server and a worker, in threads."""

    service: Service
    url: str

    def link(self, name: str) -> str:
        with self.service.database.begin() as session:
            if name == "Instructor":
                person = self.service.instructor(session)
            else:
                person = next(p for p in session.query(Person) if p.name == name)
            return f"{self.url}/enter/{self.service.doors.invite(session, person.id)}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("sample")
    (folder / "exercise.yaml").write_text(HEAD + EXERCISE, encoding="utf-8")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with Service.open(Settings(folder / "service", port=port)) as service:
        service.publish([folder])
        service.checkers.seconds = PATIENCE
        service.checkers.start()
        with service.database.begin() as session:
            enrol(session, [Student("Ada", "1", "ada@x.org")])
        server = uvicorn.Server(
            uvicorn.Config(make_app(service), port=port, log_level="error", ws="none")
        )
        worker, stop = Worker(service.database), threading.Event()
        threads = [
            threading.Thread(target=server.run),
            threading.Thread(target=worker.run, args=(stop,)),
        ]
        for thread in threads:
            thread.start()
        until(lambda: server.started)
        yield Running(service, url)
        server.should_exit = True
        stop.set()
        for thread in threads:
            thread.join()
        worker.close()


def until(holds: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
    return found


def go(page: Page, url: str) -> None:
    page.call("Page.navigate", url=url)
    page.browser.wait_for(page.session, "Page.loadEventFired")


def click(page: Page, selector: str, *, loads: bool = False) -> None:
    page.value(f"document.querySelector({selector!r}).click()")
    if loads:
        page.browser.wait_for(page.session, "Page.loadEventFired")


def write(page: Page, selector: str, text: str) -> None:
    """Type into a field, key by key as far as the page can tell."""
    page.value(f"document.querySelector({selector!r}).focus()")
    page.call("Input.insertText", text=text)


def text(page: Page, selector: str = "main") -> str:
    found = page.value(f"(document.querySelector({selector!r}) || {{}}).innerText || ''")
    return str(found)


def come_in(page: Page, running: Running, name: str) -> None:
    go(page, running.link(name))
    click(page, "main button", loads=True)


def fits(page: Page, width: int) -> bool:
    return bool(page.value("document.documentElement.scrollWidth") <= width)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_a_student_types_checks_hands_in_and_sees_the_result(
    chromium: Browser, running: Running, width: int, scheme: str
) -> None:
    with chromium.page() as page:
        page.size(width)
        page.scheme(scheme)
        come_in(page, running, "Ada")
        assert fits(page, width)
        go(page, f"{running.url}/exercises/sample")
        until(lambda: page.value("document.querySelectorAll('.katex').length"))
        page.value("document.querySelector('#width textarea').value = ''")
        write(page, "#width textarea", "W - K")
        until(lambda: "Read as" in text(page, "#width .reading"))
        until(lambda: page.value("document.querySelectorAll('.reading .katex').length"))
        until(lambda: "kept" in text(page, "[data-saved]"))
        assert "partly" not in text(page, "#width .reading")
        click(page, "#width [data-check]")
        until(lambda: "One place more" in text(page, "#width .reading"))
        assert fits(page, width)
        click(page, ".sticky button", loads=True)
        until(lambda: "1 of 3 points" in text(page).replace("\n", " "))
        assert "One place more" in text(page)
        assert fits(page, width)
        assert page.complaints == []
        assert all(url.startswith(running.url) for url in page.requests)


def test_handing_in_works_without_scripts(chromium: Browser, running: Running) -> None:
    with chromium.page(script=False) as page:
        go(page, running.link("Ada"))
        page.press("Tab")  # over the link that skips to the content
        page.press("Tab")
        page.press("Enter")
        page.browser.wait_for(page.session, "Page.loadEventFired")
        go(page, f"{running.url}/exercises/sample")
        assert "How wide is it, in terms of W and K?" in text(page)
        page.value("document.querySelector('#width textarea').value = 'K'")
        page.value("document.forms[document.forms.length - 1].submit()")
        page.browser.wait_for(page.session, "Page.loadEventFired")

        def result() -> bool:
            go(page, str(page.value("location.href")))
            return "of 3 points" in text(page)

        until(result)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_an_instructor_corrects(
    chromium: Browser, running: Running, width: int, scheme: str
) -> None:
    with chromium.page() as page:
        page.size(width)
        page.scheme(scheme)
        come_in(page, running, "Ada")
        go(page, f"{running.url}/exercises/sample")
        page.value("document.querySelector('#why textarea').value = ''")
        write(page, "#why textarea", "<b>the places</b>")
        click(page, ".sticky button", loads=True)
        address = str(page.value("location.pathname"))
        until(lambda: "wait" in text(page, ".total"))
        come_in(page, running, "Instructor")
        for path in ("/staff", "/staff/people", "/staff/exercises/sample", f"/staff{address}"):
            go(page, running.url + path)
            assert fits(page, width), path
        write(page, "#why input[name=points]", "1")
        write(page, "#why textarea[name=feedback]", "Good.")
        click(page, "#why form button", loads=True)
        assert "Graded by a person" in text(page, "#why")
        assert page.complaints == []
