"""Values worked out once, and no more of them than fit."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks.memory import Memory


def test_a_value_is_made_once() -> None:
    memory, made = Memory(), []
    values = [memory.recall(("run", 1), lambda: made.append(1) or [3]) for _ in range(3)]
    assert values == [[3]] * 3
    assert made == [1]


def test_what_was_used_longest_ago_goes_first() -> None:
    memory = Memory(size=100_000)
    kilobytes = lambda n: np.zeros(125 * n)  # noqa: E731
    for name in ("first", "second"):
        memory.recall(name, lambda: {"rows": [kilobytes(40)]})
    memory.recall("first", pytest.fail)
    memory.recall("third", lambda: (kilobytes(40),))
    memory.recall("first", pytest.fail)
    assert memory.recall("second", lambda: "made again") == "made again"


def test_what_fails_is_not_remembered() -> None:
    memory = Memory()
    with pytest.raises(ZeroDivisionError):
        memory.recall("key", lambda: 1 / 0)
    assert memory.recall("key", lambda: 2.0) == 2.0
