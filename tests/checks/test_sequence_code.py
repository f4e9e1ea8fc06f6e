"""A Python function as the answer to `sequence`: run confined, held against the formula."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.outcome import Outcome

Answer = Callable[[str, str], Outcome]

QUESTION = """
kind: sequence
symbols:
  L: positive integer
  K[]: positive integer
  S[]: positive integer
answer: 1 + sum_{j=1}^{L} (K_j - 1)*prod_{i=1}^{j-1} S_i
mistakes:
  - {answer: "1 + sum_{j=1}^{L} (K_j - 1)", feedback: The strides are missing., credit: 0.2}
"""
LOOP = """
def receptive_field({parameters}):
    r, jump = 1, 1
    for k, s in zip({kernels}, {strides}):
        r += (k - 1) * jump
        jump *= s
    return r
"""


@pytest.mark.parametrize(
    "parameters",
    ["K, S", "kernel_sizes, strides", "S, K", "L, K, S", "a, b", "K: list, S: list = None"],
)
def test_a_loop_is_right_whatever_its_arguments_are_called(answer: Answer, parameters: str) -> None:
    names = [part.split(":")[0].strip() for part in parameters.split(",")]
    kernels = next((n for n in names if n[0] in "Kk"), names[0])
    strides = next((n for n in names if n[0] in "Ss"), names[-1])
    code = LOOP.format(parameters=parameters, kernels=kernels, strides=strides)
    result = answer(QUESTION, f"```python{code}```")
    assert (result.outcome, result.credit) == ("correct", 1.0), result
    assert "agrees on 40 lists" in result.evidence


@pytest.mark.parametrize(
    ("code", "outcome", "credit", "words"),
    [
        ("def rf(K, S):\n    return 1 + sum(k - 1 for k in K)\n", "partial", 0.2, "strides are missing"),
        ("def rf(K, S):\n    return sum(K)\n", "wrong", 0.0, "your formula gives"),
        ("def rf(K, S):\n    return K[9]\n", "wrong", 0.0, "no value (IndexError"),
        ("def rf(K, S):\n    return float('nan')\n", "wrong", 0.0, "gives nan"),
        ("def rf(x):\n    return x\n", "unreadable", None, "takes 1 argument; write it for K, S"),
        ("def rf(K, S)\n    return 1\n", "unreadable", None, "could not be read"),
        ("def rf(K, S):\n  return 1 +\n", "unreadable", None, "cannot be run"),
        ("def rf(K, S):\n    while True: pass\n", "time", 0.0, "took too long"),
        ("rf = lambda K, S: 3\n", "wrong", 0.0, "your formula gives 3"),
    ],
)  # fmt: skip
def test_other_functions(
    answer: Answer, code: str, outcome: str, credit: float | None, words: str
) -> None:
    result = answer(QUESTION, code)
    assert (result.outcome, result.credit) == (outcome, credit), result
    assert words in result.line


def test_code_is_not_run_where_it_is_no_answer(answer: Answer) -> None:
    result = answer(QUESTION + "code: false\n", "def rf(K, S):\n    return 1\n")
    assert result.outcome == "unreadable"


def test_the_code_does_not_run_in_the_grader(answer: Answer, tmp_path) -> None:
    mark = tmp_path / "mark"
    code = f"import pathlib\ndef rf(K, S):\n    pathlib.Path({str(mark)!r}).touch()\n    return 1\n"
    assert answer(QUESTION, code).credit == 0.0
    assert not mark.exists()
