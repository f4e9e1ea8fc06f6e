import unittest

from gradescope_utils.autograder_utils.decorators import number, partial_credit, visibility, weight

import statistics_lab
from statistics_lab import mean


class TestMean(unittest.TestCase):
    @weight(1)
    @number("1.1")
    def test_mean(self):
        """Mean of three numbers"""
        self.assertAlmostEqual(mean([1, 2, 6]), 3)

    @weight(1)
    @number("1.2")
    def test_empty(self):
        """No numbers: a ValueError"""
        with self.assertRaises(ValueError):
            mean([])

    @partial_credit(1)
    @number("1.3")
    def test_many(self, set_score=None):
        """Many lists"""
        right = sum(abs(mean([0, n]) - n / 2) < 1e-9 for n in range(10))
        set_score(right / 10)


class TestRunning(unittest.TestCase):
    @weight(1)
    @number("2")
    @visibility("after_due_date")
    def test_running(self):
        """A running mean"""
        running = statistics_lab.Running()
        for value in (2, 4, 9):
            running.add(value)
        self.assertEqual(running.mean(), 5)
