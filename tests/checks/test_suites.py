"""The kinds `unittest` and `pytest`: an instructor's file against proxies of the student's code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from autograder.checks.outcome import Outcome
from autograder.sandbox import bridge

HEAD = """
import unittest
import numpy as np
import torch
from gradescope_utils.autograder_utils.decorators import (
    hide_errors, leaderboard, number, partial_credit, tags, visibility, weight)
import ex09
from ex09 import *
"""


@pytest.fixture
def judge(make_exercise, grade_files) -> Callable[..., Outcome]:
    """Runs tests of a kind against one file of code."""

    def run(
        tests: str,
        code: str | dict[str, str],
        *,
        kind: str = "unittest",
        more: str = "",
        **files: str,
    ) -> Outcome:
        body = (
            "code:\n  starter: ex09.py\n"
            f"questions:\n  - id: it\n    kind: {kind}\n    title: It\n    points: 10\n"
            f"    file: test_it.py\n{more}"
        )
        exercise = make_exercise(body, test_it__py=tests, ex09__py="", **files)
        handed_in = code if isinstance(code, dict) else {"ex09.py": code}
        return grade_files(exercise, handed_in).outcomes[0]

    return run


@pytest.fixture
def case(judge) -> Callable[..., Outcome]:
    """One unittest method, by its body."""

    def run(body: str, code: str, **options: Any) -> Outcome:
        lines = "".join(f"        {line}\n" for line in body.strip().split("\n"))
        head = HEAD.replace("from ex09 import *\n", "")
        return judge(
            f"{head}\nclass T(unittest.TestCase):\n    def test(self):\n{lines}", code, **options
        )

    return run


CODE = """
import numpy as np
import torch
import collections
SIZE = 28
class Bad(Exception): pass
class Worse(ValueError): pass
Point = collections.namedtuple("Point", "x y")
class Counter:
    '''Counts.'''
    step = 2
    def __init__(self, start=0): self.n = start
    def up(self, by=1): self.n += by; return self
    def __len__(self): return self.n
    def __getitem__(self, i): return self.n + i
    def __repr__(self): return f"Counter({self.n})"
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(3, 2)
    def forward(self, x): return self.fc(x)
def add(a, b=1): return a + b
def both(x): return x, [x, {"k": x}], {1, 2}, None, 1.5, "β", b"b", 2**100, 3j
def grid(n): return np.arange(n, dtype=np.float32).reshape(-1, 1)
def double(t): return 2 * t
def fail(): raise Bad("no")
def fail_worse(): raise Worse("bad value")
def squares(n):
    for i in range(n): yield i * i
def apply(f, *args): return f(*args)
def point(): return Point(1, 2)
def say(x): print("said", x)
def evens(): return {2: "a", (1, 2): "b"}
def counters(): return [Counter(1), Counter(2)]
"""


@pytest.mark.parametrize(
    "body",
    [
        "self.assertEqual(ex09.add(2, b=3), 5)",
        "self.assertEqual(ex09.SIZE, 28)",
        "x, (y, d), s, n, f, t, b, big, z = ex09.both(7)\nself.assertEqual((x, y, d, s, n, f, t, b, big, z), (7, 7, {'k': 7}, {1, 2}, None, 1.5, 'β', b'b', 2**100, 3j))",
        "np.testing.assert_array_equal(ex09.grid(3), [[0], [1], [2]])\nself.assertEqual(ex09.grid(3).dtype, np.float32)",
        "t = ex09.double(torch.ones(2, 3))\nself.assertIsInstance(t, torch.Tensor)\ntorch.testing.assert_close(t, torch.full((2, 3), 2.0))",
        "with self.assertRaises(ex09.Bad) as c: ex09.fail()\nself.assertEqual(str(c.exception), 'no')",
        "with self.assertRaisesRegex(ValueError, 'bad'): ex09.fail_worse()",
        "self.assertEqual(list(ex09.squares(4)), [0, 1, 4, 9])",
        "g = ex09.squares(9)\nself.assertEqual((next(g), next(g), next(g)), (0, 1, 4))",
        "c = ex09.Counter(5)\nself.assertEqual(c.up().up(by=2).n, 8)\nself.assertEqual(len(c), 8)\nself.assertEqual(c[2], 10)\nself.assertEqual(repr(c), 'Counter(8)')",
        "c = ex09.Counter()\nc.n = 4\nself.assertEqual(c.n, 4)\nself.assertTrue(hasattr(c, 'up'))\nself.assertFalse(hasattr(c, 'down'))",
        "self.assertIsInstance(ex09.Counter(), ex09.Counter)\nself.assertNotIsInstance(3, ex09.Counter)",
        "m = ex09.Net()\nself.assertIsInstance(m, torch.nn.Module)\nself.assertEqual(m(torch.zeros(5, 3)).shape, (5, 2))\nself.assertEqual(sum(p.numel() for p in m.parameters()), 8)",
        "self.assertEqual(ex09.apply(lambda a, b: a * b, 3, 4), 12)",
        "with self.assertRaises(ZeroDivisionError): ex09.apply(lambda: 1 / 0)",
        "self.assertEqual(ex09.apply(ex09.add, 3, 4), 7)",
        "p = ex09.point()\nself.assertEqual(p, (1, 2))\nself.assertEqual(p.y, 2)",
        "import io, contextlib\nout = io.StringIO()\nwith contextlib.redirect_stdout(out): ex09.say(3)\nself.assertEqual(out.getvalue(), 'said 3\\n')",
        "self.assertEqual(ex09.evens(), {2: 'a', (1, 2): 'b'})",
        "a, b = ex09.counters()\nself.assertEqual(b.n - a.n, 1)\nself.assertIs(a, a)\nself.assertEqual(a, a)",
        "self.assertFalse(hasattr(ex09, 'nothing'))\nself.assertTrue(callable(ex09.add))\nself.assertEqual(ex09.add.__name__, 'add')",
        "ex09.SIZE = 5\nself.assertEqual(ex09.SIZE, 5)",
    ],
)  # fmt: skip
def test_an_existing_test_runs_as_if_the_code_were_here(case, body: str) -> None:
    outcome = case(body, CODE)
    assert (outcome.outcome, outcome.credit) == ("correct", 1.0), outcome


EVIL = """
class Evil:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __sub__(self, other): return 0
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __sub__
    def __abs__(self): return self
    def __contains__(self, x): return True
    def __bool__(self): return True
    def __hash__(self): return 0
    def __iter__(self): return iter([])
class EvilInt(int):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def __hash__(self): return 0
class EvilList(list):
    def __eq__(self, other): return True
    def __contains__(self, x): return True
    def __iter__(self): return iter([3])
def f(x): return Evil()
def g(x): return EvilInt(1)
def h(x): return EvilList([1])
"""


@pytest.mark.parametrize(
    "body",
    [
        "self.assertEqual(ex09.f(2), 3)",
        "self.assertEqual(3, ex09.f(2))",
        "self.assertTrue(ex09.f(2) == 3)",
        "self.assertAlmostEqual(ex09.f(2), 3)",
        "self.assertLess(abs(ex09.f(2) - 3), 1e-6)",
        "self.assertLess(abs(3 - ex09.f(2)), 1e-6)",
        "self.assertIn(3, ex09.f(2))",
        "np.testing.assert_allclose(ex09.f(2), 3)",
        "self.assertTrue(np.isclose(ex09.f(2), 3))",
        "self.assertEqual(ex09.g(2), 3)",
        "self.assertLess(abs(ex09.g(2) - 3), 1e-6)",
        "self.assertEqual(ex09.h(2), [3])",
        "self.assertIn(3, ex09.h(2))",
        "self.assertEqual(list(ex09.h(2)), [3])",
    ],
)
def test_objects_that_equal_everything_gain_nothing(case, body: str) -> None:
    outcome = case(body, EVIL)
    assert outcome.credit in (0.0, None), outcome
    assert outcome.outcome in ("wrong", "undecided"), outcome


def test_operators_of_the_students_class_can_be_trusted_where_they_are_the_task(case) -> None:
    code = (
        "class V:\n    def __init__(self, x): self.x = x\n"
        "    def __eq__(self, o): return isinstance(o, V) and self.x == o.x\n    __hash__ = None\n"
        "    def __add__(self, o): return V(self.x + o.x)\n    def __mul__(self, k): return V(self.x * k)\n"
    )
    body = "self.assertEqual(ex09.V(1) + ex09.V(2) * 3, ex09.V(7))"
    assert case(body, code).credit is None
    assert case(body, code, more="    trust_operators: true\n").credit == 1.0


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


ADDING = HEAD + "class A(unittest.TestCase):\n    def test(self): self.assertEqual(add(1), 2)\n"


def test_a_notebook_is_a_module_of_its_definitions(judge) -> None:
    cells = ["x = 1 +", "def helper(a): return a + 1", "def add(a): return helper(a)", "1 / 0"]
    notebook = {
        "nbformat": 4, "nbformat_minor": 5, "metadata": {},
        "cells": [
            {"cell_type": "code", "source": c, "metadata": {}, "outputs": [], "execution_count": None}
            for c in cells
        ],
    }  # fmt: skip
    assert judge(ADDING, {"ex09.ipynb": json.dumps(notebook)}).credit == 1.0


def test_a_single_file_under_another_name_is_found(judge) -> None:
    renamed = judge(ADDING, {"mine.py": "def add(a): return a + 1"})
    assert renamed.credit == 1.0
    assert "Your file is called mine instead of ex09" in renamed.notes[0]


def test_a_file_may_import_its_neighbours(judge) -> None:
    files = {"ex09.py": "from zeta import add", "zeta.py": "def add(a): return a + 1"}
    assert judge(ADDING, files).credit == 1.0


def test_a_file_runs_whole_and_past_what_fails(judge) -> None:
    tests = (
        HEAD
        + "class A(unittest.TestCase):\n    def test(self): self.assertEqual(ex09.table, {1: 1, 2: 4})\n"
    )
    code = "table = {}\nfor i in (1, 2): table[i] = i * i\n1 / 0\nif __name__ == '__main__':\n    table = 0\n"
    assert judge(tests, code).credit == 1.0


def test_a_test_file_that_cannot_be_imported_is_ours(judge) -> None:
    outcome = judge("import unittest\nimport no_such_thing_at_all.x\n1 / 0\n", "x = 1")
    assert (outcome.outcome, outcome.credit) == ("internal", None)
    outcome = judge("def f(:", "x = 1")
    assert outcome.outcome == "internal"
    assert "test_it.py:1" in outcome.evidence


PYTEST = """
import pytest
from ex09 import add

@pytest.mark.weight(3)
@pytest.mark.parametrize("a, b, c", [(1, 1, 2), (2, 3, 5)])
def test_add(a, b, c):
    assert add(a, b) == c

@pytest.fixture
def two():
    return add(1, 1)

@pytest.mark.weight(2)
@pytest.mark.number("2")
def test_fixture(two):
    assert two == pytest.approx(2)

@pytest.mark.weight(1)
def test_raises():
    with pytest.raises(TypeError):
        add("a", 1)

@pytest.mark.weight(4)
@pytest.mark.hide_errors("Hidden reason.")
def test_wrong():
    assert add(2, 2) == 5

@pytest.mark.skip(reason="later")
@pytest.mark.weight(100)
def test_off(): pass

class TestGroup:
    @pytest.mark.weight(1)
    @pytest.mark.visibility("hidden")
    def test_method(self, capsys):
        print("x")
        assert capsys.readouterr().out == "x\\n"
"""


def test_a_pytest_file_runs_with_its_marks(judge) -> None:
    outcome = judge(PYTEST, "def add(a, b): return a + b", kind="pytest")
    assert outcome.credit == pytest.approx(10 / 14, abs=1e-6), outcome
    said = "\n".join(outcome.details)
    assert "Hidden reason." in said
    assert {test["name"] for test in outcome.data["tests"]} >= {
        "test_add[1-1-2]",
        "test_add[2-3-5]",
    }


@pytest.mark.parametrize(
    ("body", "code", "kind", "credit"),
    [
        ("assert ex09.f(1) == 2", "def f(x): return 3", "wrong", 0.0),
        ("ex09.f(1)", "def f(x): return 1 / 0", "error", 0.0),
        ("pytest.fail('no')", "def f(x): return 3", "wrong", 0.0),
        ("with pytest.raises(ValueError): ex09.f(1)", "def f(x): return 3", "wrong", 0.0),
        ("undefined", "def f(x): return 3", "internal", None),
        ("ex09.f(1) + 1", "def f(x): return None", "undecided", None),
        ("pytest.skip('if so')\nex09.f(1)", "def f(x): return 3", "wrong", 0.0),
        ("ex09.f(1)", "import os\ndef f(x): os._exit(0)", "killed", 0.0),
        ("assert ex09.f(1) == 2", "def f(x): return type('E', (), {'__eq__': lambda s, o: True})()", "undecided", None),
    ],
)  # fmt: skip
def test_pytest_tells_faults_apart(
    judge, body: str, code: str, kind: str, credit: float | None
) -> None:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    outcome = judge(f"import pytest\nimport ex09\ndef test():\n{lines}", code, kind="pytest")
    assert (outcome.outcome, outcome.credit) == (kind, credit), outcome


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


def test_files_beside_the_tests_can_be_read_and_imported(judge) -> None:
    tests = (
        "import json, pathlib, helper, ex09\n"
        "def test():\n    table = json.loads(pathlib.Path('table.json').read_text())\n"
        "    assert ex09.f(helper.TWO) == table['four']\n"
    )
    outcome = judge(
        tests, "def f(x): return x * x", kind="pytest", more="    with_files: [helper.py, table.json]\n",
        helper__py="TWO = 2", table__json='{"four": 4}',
    )  # fmt: skip
    assert outcome.credit == 1.0, outcome
