"""An existing test runs against proxies of the student's code, and proxies believe nothing."""

from __future__ import annotations

import pytest

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
