"""The kind `pytest`: an instructor's pytest file with its marks and fixtures."""

from __future__ import annotations

import pytest

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
