"""A class and a browser for the tests of pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.exercise.model import Exercise
from autograder.reports.book import Book
from tests.chromium import chromium
from tests.reports.page import samples

__all__ = ["chromium"]


@pytest.fixture
def exercise(make_exercise: Callable[..., Exercise]) -> Exercise:
    return make_exercise(samples.BODY)


@pytest.fixture
def book(exercise: Exercise) -> Book:
    return samples.small_class(exercise)
