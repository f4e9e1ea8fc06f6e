"""What gradescope-utils' decorators say of a test is honoured, and guarded."""

from __future__ import annotations

import json

import pytest

from tests.checks.suites.files import HEAD

SCORED = (
    HEAD
    + """
class A(unittest.TestCase):
    @weight(2)
    @number("1.1")
    @tags("easy")
    def test_right(self):
        '''Adds'''
        self.assertEqual(add(1, 1), 2)

    @weight(3)
    @hide_errors("Something is off.")
    def test_wrong(self): self.assertEqual(add(1, 1), "secret")

    @partial_credit(4)
    def test_partly(self, set_score=None): set_score(add(0, 1))

    @partial_credit(1)
    def test_too_much(self, set_score=None): set_score(1e9)

    @weight(2)
    @visibility("hidden")
    def test_hidden(self): self.assertEqual(add(1, 1), "unseen")

    @leaderboard("speed")
    def test_board(self, set_leaderboard_value=None): set_leaderboard_value(add(1, 2))

    @unittest.skip("later")
    @weight(50)
    def test_off(self): pass
"""
)


def test_the_decorators_of_gradescope_utils_are_honoured_and_guarded(judge) -> None:
    outcome = judge(SCORED, "def add(a, b): return a + b")
    assert outcome.credit == pytest.approx((2 + 0 + 1 + 1 + 0) / 12, abs=1e-6)
    assert outcome.outcome == "partial"
    said = "\n".join(outcome.details)
    assert "Something is off." in said
    assert "secret" not in said
    assert "unseen" not in said
    assert "1 test is not shown." in said
    assert "set_score(1e+09) was cut to 1" in outcome.evidence
    assert outcome.data["leaderboard"] == {"speed": 3}
    assert json.dumps(outcome.data)
