"""Whose fault it is that a test fails: the student's, by name, or the test's, which costs nobody."""

from __future__ import annotations

import pytest

from tests.checks.suites.files import HEAD


@pytest.mark.parametrize(
    ("body", "code", "kind", "words"),
    [
        ("self.assertEqual(ex09.f(1), 2)", "def f(x): return 5", "wrong", "5 != 2"),
        ("ex09.f(1)", "def f(x):\n    return 1 / 0", "error", "ex09.py, line 2: return 1 / 0"),
        ("ex09.f(1)", "def f(x): raise NotImplementedError", "unanswered", "not written yet"),
        ("ex09.f(1)", "g = 1", "unanswered", "f is not defined"),
        ("ex09.f(1)", "f = 1 / 0", "error", "ZeroDivisionError"),
        ("ex09.f(1)", "def f(:\n  pass", "error", "SyntaxError"),
        ("ex09.f(1)", "def f(x):\n    while True: pass", "time", "2 seconds"),
        ("ex09.f(1)", "import os\ndef f(x): os._exit(0)", "killed", "status 0"),
        ("ex09.f(1)", "import sys\ndef f(x): sys.exit(0)", "error", "SystemExit"),
        ("ex09.f(1)", "import os\ndef f(x): os.fork()", "processes", "may not start processes"),
        ("ex09.f(1)", "def f(x):\n    while True: print('x' * 9999)", "output", "4 MiB"),
        ("with self.assertRaises(Exception): ex09.f(1)", "import os\ndef f(x): os._exit(1)", "killed", ""),
        ("self.assertEqual(ex09.f(1), 2)", "def f(x): return bytearray(1 << 30)", "memory", ""),
    ],
)  # fmt: skip
def test_the_students_failures_have_their_names(case, body, code, kind, words) -> None:
    more = "    test_seconds: 2\n    memory: 400\n"
    outcome = case(body, code, more=more)
    assert (outcome.outcome, outcome.credit) == (kind, 0.0), outcome
    assert words in "\n".join((outcome.line, *outcome.details)), outcome


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("undefined_name", "NameError"),
        ("open('/etc/passwd')", "PermissionError"),
        ("ex09.f(object())", "a object of the test cannot be passed"),
        ("ex09.f(torch.nn.Linear(1, 1))", "torch.nn.Module of the test cannot be passed"),
    ],
)
def test_a_broken_test_costs_nobody(case, body: str, words: str) -> None:
    outcome = case(body, "def f(x): return x")
    assert (outcome.outcome, outcome.credit) == ("internal", None), outcome
    assert words in outcome.evidence
    assert "test_it.py:" in outcome.evidence


def test_an_error_over_the_students_value_is_decided_by_the_solution(case) -> None:
    body, code = "self.assertEqual(ex09.f(1) + 1, 3)", "def f(x): pass"
    outcome = case(body, code)
    assert (outcome.outcome, outcome.credit) == ("undecided", None)
    more = "    solution: right.py\n"
    outcome = case(body, code, more=more, right__py="def f(x): return 2")
    assert (outcome.outcome, outcome.credit) == ("error", 0.0)
    assert "cannot use what your code gave" in outcome.details[0]
    outcome = case(body, code, more=more, right__py="def f(x): return None")
    assert (outcome.outcome, outcome.credit) == ("undecided", None)


def test_a_class_that_cannot_be_prepared_is_told(judge) -> None:
    tests = (
        HEAD + "class A(unittest.TestCase):\n    @classmethod\n"
        "    def setUpClass(cls): cls.x = ex09.make()\n"
        "    def test_a(self): pass\n    def test_b(self): pass\n"
        "class B(unittest.TestCase):\n    def test_c(self): pass\n"
    )
    outcome = judge(tests, "def make(): raise ValueError('nothing')")
    assert outcome.credit == pytest.approx(1 / 3, abs=1e-6)
    assert "nothing" in "\n".join(outcome.details)
    broken = judge(tests.replace("ex09.make()", "nowhere"), "x = 1")
    assert (broken.outcome, broken.credit) == ("internal", None)


def test_after_a_crash_the_next_test_has_a_new_process(judge) -> None:
    tests = (
        HEAD + "class A(unittest.TestCase):\n"
        "    def test_1(self): ex09.crash()\n    def test_2(self): self.assertEqual(add(1, 2), 3)\n"
    )
    outcome = judge(tests, "import os\ndef crash(): os._exit(3)\ndef add(a, b): return a + b")
    assert outcome.credit == 0.5
    assert "status 3" in "\n".join(outcome.details)


def test_one_name_that_is_missing_costs_only_its_tests(judge) -> None:
    tests = (
        "import unittest\nfrom ex09 import add, other\nclass A(unittest.TestCase):\n"
        "    def test_1(self): self.assertEqual(add(1, 2), 3)\n    def test_2(self): other(1)\n"
    )
    outcome = judge(tests, "def add(a, b): return a + b")
    assert outcome.credit == 0.5
    assert "other is not defined in your code" in "\n".join(outcome.details)


def test_a_test_file_that_cannot_be_imported_is_ours(judge) -> None:
    outcome = judge("import unittest\nimport no_such_thing_at_all.x\n1 / 0\n", "x = 1")
    assert (outcome.outcome, outcome.credit) == ("internal", None)
    outcome = judge("def f(:", "x = 1")
    assert outcome.outcome == "internal"
    assert "test_it.py:1" in outcome.evidence


def test_a_name_whose_code_failed_costs_only_its_tests(judge) -> None:
    tests = (
        "import unittest\nfrom ex09 import add, other, Kept\nclass A(unittest.TestCase):\n"
        "    def test_1(self): self.assertEqual(add(1, 2), 3)\n    def test_2(self): other(1)\n"
        "    def test_3(self): self.assertEqual(Kept().x, 1)\n"
    )
    code = "other = 1 / 0\ndef add(a, b): return a + b\nclass Kept:\n    x = 1\n"
    for kind in ("unittest", "pytest"):
        outcome = judge(tests, code, kind=kind)
        assert outcome.credit == pytest.approx(2 / 3, abs=1e-6), outcome
        assert "ZeroDivisionError" in "\n".join(outcome.details)
