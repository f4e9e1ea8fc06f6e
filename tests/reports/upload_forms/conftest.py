"""The exercise of the class whose points go into forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.exercise.model import Exercise
from tests.reports.page import samples


@pytest.fixture
def exercise(make_exercise: Callable[..., Exercise]) -> Exercise:
    return make_exercise(samples.BODY)
