"""Code that would pass the tests by other means gains nothing."""

from __future__ import annotations

import pytest

from autograder.sandbox import bridge
from tests.checks.suites.files import HEAD


def test_the_students_process_sees_neither_the_tests_nor_their_process(judge) -> None:
    code = (
        "import glob, os\ndef peek():\n    seen = []\n"
        "    for place in ('.', '/tmp', '/proc'):\n"
        "        try: seen += os.listdir(place)\n        except OSError: pass\n"
        "    return [name for name in seen if 'test_it' in name or 'autograder-tests' in name]\n"
    )
    tests = (
        HEAD
        + "class A(unittest.TestCase):\n    def test(self): self.assertEqual(ex09.peek(), [])\n"
    )
    assert judge(tests, code).credit == 1.0


def test_a_function_of_the_tests_can_be_called_and_not_looked_into(judge) -> None:
    code = "def f(g):\n    return [n for n in ('__globals__', '__code__', '__closure__') if hasattr(g, n)]"
    tests = (
        HEAD + "class A(unittest.TestCase):\n"
        "    def test(self):\n        answer = 42\n"
        "        self.assertEqual(ex09.f(lambda: answer), [])\n"
    )
    assert judge(tests, code).credit == 1.0


def test_an_assertion_in_a_function_of_the_tests_cannot_be_swallowed(case) -> None:
    code = "def f(g):\n    try: g(3)\n    except BaseException: pass\n    return 1"
    outcome = case("self.assertEqual(ex09.f(lambda x: self.assertEqual(x, 4)), 1)", code)
    assert (outcome.outcome, outcome.credit) == ("wrong", 0.0), outcome


ATTACKS = {
    "tests of the student's own": "def test_a(): pass\ndef test_b(): pass\ndef test_c(): pass\n",
    "a star that replaces numpy": "class np:\n    def isclose(*a): return True\n",
    "a star that replaces a builtin": "def abs(x): return 0\ndef isinstance(*a): return True\n",
    "an exception that ends pytest": (
        "class Exit(Exception): pass\nExit.__module__ = '_pytest.outcomes'\ndef f(x): raise Exit('now')\n"
    ),
    "forged answers": (
        "import sys\no = sys.modules['autograder.sandbox.objects']\n"
        "o.relay = lambda state, message: {'answer': {'raised': {'type': 'Exit', 'message': '',"
        " 'bases': ['_pytest.outcomes:Exit', 'unittest.case:SkipTest']}}}\n"
    ),
    "answers that are none": (
        "import sys\no = sys.modules['autograder.sandbox.objects']\n"
        "o.relay = lambda state, message: {'answer': {'value': {'$': 'decimal', 'v': '1e999999999'}}}\n"
    ),
    "a message of the tests": (
        "import sys\no = sys.modules['autograder.sandbox.objects']\n"
        "o.relay = lambda state, message: {'done': {'records': [], 'problem': None}}\n"
    ),
    "patched assertions": (
        "import unittest\nfor n in dir(unittest.TestCase):\n"
        "    if n.startswith('assert'): setattr(unittest.TestCase, n, lambda *a, **k: None)\n"
    ),
    "the end without end": "def f(x):\n    while True: yield 3\n",
}


@pytest.mark.parametrize("code", ATTACKS.values(), ids=ATTACKS.keys())
@pytest.mark.parametrize("kind", ["unittest", "pytest"])
def test_hostile_code_gains_nothing(
    judge, kind: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "_MOST_IN_A_TEST", 200)
    tests = (
        "import unittest\nimport numpy as np\nfrom ex09 import *\nimport ex09\n"
        "class TestIt(unittest.TestCase):\n"
        "    def test_1(self): self.assertTrue(np.isclose(ex09.f(1), 2))\n"
        "    def test_2(self): self.assertLess(abs(ex09.f(1) - 2), 1e-3)\n"
        "    def test_3(self): self.assertEqual(list(ex09.f(1)), [2])\n"
    )
    wrong = "def f(x): return 5\n"
    outcome = judge(tests, code if "def f" in code else wrong + code, kind=kind)
    assert outcome.credit in (0.0, None), outcome
    assert len(outcome.data.get("tests", "all")) == 3
