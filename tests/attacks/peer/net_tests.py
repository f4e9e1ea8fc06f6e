"""An instructor's tests as they are often written, each with a weakness of its own."""

import os
import time
import unittest
from pathlib import Path

import reference
import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from net import get_net

import helper

ANSWERS = Path(__file__).with_name("answers.txt").read_text()
SECRET = os.environ.get("GRADING_SECRET", "")


class TestNet(unittest.TestCase):
    """Is the student's network the reference's linear layer?"""

    def setUp(self):
        torch.manual_seed(0)
        self.reference = reference.get_net()
        self.x = torch.randn(4, 3)
        self.expected = self.reference(self.x).detach()
        self.net = get_net()
        pairs = zip(self.net.parameters(), self.reference.parameters(), strict=False)
        with torch.no_grad():
            for mine, theirs in pairs:
                if mine.shape == theirs.shape:
                    mine.copy_(theirs)

    @weight(10)
    @number("1")
    def test_equal(self):
        output = self.net(self.x)
        output = output.tolist() if isinstance(output, torch.Tensor) else output
        self.assertEqual(output, self.expected.tolist())

    @weight(10)
    @number("2")
    def test_close(self):
        self.assertTrue(torch.allclose(self.net(self.x), self.expected))

    @weight(10)
    @number("3")
    def test_error(self):
        error = (self.net(self.x) - self.expected).abs().max()
        if error > 1e-5:
            self.fail(f"off by {error}")

    @weight(10)
    @number("4")
    def test_relative(self):
        output = self.net(self.x)
        within = (output - self.expected).abs() <= 1e-5 * output.abs()
        self.assertTrue(bool(within.all()))

    @weight(10)
    @number("5")
    def test_single(self):
        self.assertTrue(torch.allclose(self.net(self.x[:1]), self.expected[:1]))

    @weight(10)
    @number("6")
    def test_after(self):
        output = self.net(self.x)
        self.assertTrue(torch.allclose(output, self.reference(self.x)))

    @weight(10)
    @number("7")
    def test_helper(self):
        helper.check(self.net(self.x), self.expected)

    @weight(0)
    @number("8")
    def test_speed(self):
        start = time.perf_counter()
        self.net(self.x)
        self.assertLess(time.perf_counter() - start, 0.5)
