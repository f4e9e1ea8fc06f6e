"""People in a real browser, against a service that really runs.

`student` and `instructor` are tabs of somebody who came in; `visit` opens others. A test fails when a tab of it
writes to the console, has a request that fails, or asks another host.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page

from tests.chromium import Chromium, chromium
from tests.service.browser.course import Running, run_service, write_exercise

__all__ = ["chromium"]
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with the exercise `sample`, a server and a worker, for the tests of a module."""
    folder = tmp_path_factory.mktemp("course")
    exercise = write_exercise(folder / "sample")
    with run_service(folder / "service", [exercise]) as started:
        yield started


@pytest.fixture
def visit(chromium: Chromium, running: Running) -> Iterator[Visit]:
    """Opens a tab for somebody by name, who comes in by a link: `visit("Ada", width=360, scheme="dark")`."""
    with ExitStack() as tabs:

        def come_in(name: str, **looks: object) -> Page:
            page = tabs.enter_context(chromium.page(running.url, **looks))  # type: ignore[arg-type]
            page.goto(running.link(name))
            page.get_by_role("button", name="Come in").click()
            page.wait_for_url(lambda address: "/enter/" not in address)
            return page

        yield come_in


@pytest.fixture
def student(visit: Visit, running: Running) -> Page:
    """A tab of a new student, who sees the exercises."""
    return visit(running.student())


@pytest.fixture
def instructor(visit: Visit) -> Page:
    """A tab of the instructor, who sees the class."""
    return visit("Instructor")
