"""A class and a browser for the tests of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from autograder.exercise.model import Exercise
from autograder.reports.book import Book
from tests.reports.page import samples
from tests.reports.page.browser import CHROMIUM, Browser, browser


@pytest.fixture
def exercise(make_exercise: Callable[..., Exercise]) -> Exercise:
    return make_exercise(samples.BODY)


@pytest.fixture
def book(exercise: Exercise) -> Book:
    return samples.small_class(exercise)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here (Debian's package is called chromium)")
    with browser() as started:
        yield started
