"""`function`: right in any style, wrong with the smallest case, hostile without effect."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.errors import SpecError
from autograder.exercise.model import Exercise

SPEC = """
questions:
  - id: it
    kind: function
    title: Moving average
    name: smooth
    reference: ref.py:smooth
    sizes: {n: [1, 6]}
    arguments:
      x: {tensor: [n]}
      k: {integer: [1, 3]}
    reveal: value
    mistakes:
      - {object: ref.py:unscaled, feedback: Divide by how many you add., credit: 0.5}
    hint: Start with k = 1.
"""
REFERENCE = """
import torch

def smooth(x, k):
    return torch.stack([x[max(0, i - k + 1) : i + 1].mean() for i in range(len(x))])

def unscaled(x, k):
    return torch.stack([x[max(0, i - k + 1) : i + 1].sum() for i in range(len(x))])
"""
RIGHT = {
    "loop": """
def smooth(x, k):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        window = x[max(0, i - k + 1) : i + 1]
        out[i] = window.sum() / len(window)
    return out
""",
    "list": """
def smooth(values, width):
    return [float(values[max(0, i - width + 1) : i + 1].mean()) for i in range(len(values))]
""",
    "numpy": """
import numpy as np
def smooth(x, k):
    x = x.numpy()
    return np.array([x[max(0, i - k + 1) : i + 1].mean() for i in range(len(x))])
""",
    "single precision": """
def smooth(x, k):
    x = x.float()
    return torch.stack([x[max(0, i - k + 1) : i + 1].mean() for i in range(len(x))])
""",
    "in place, noted": """
def smooth(x, k):
    old = x.clone()
    for i in range(len(x)):
        x[i] = old[max(0, i - k + 1) : i + 1].mean()
    return x
""",
}
WRONG = {
    "off by one": ("x[max(0, i - k) : i + 1].mean()", "returns a value that is"),
    "error": ("x[i + 1] + x[max(0, i - k + 1) : i + 1].mean()", "stops with IndexError"),
    "column": ("x[max(0, i - k + 1) : i + 1].mean().reshape(1)", "has the shape 1×1"),
    "nan": ("x[0] * float('nan')", "is nan at [0]"),
}

Judge = Callable[[str], Outcome]


@pytest.fixture
def judge(make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]) -> Judge:
    def run(code: str, spec: str = SPEC) -> Outcome:
        exercise = make_exercise(spec, ref__py=REFERENCE)
        return grade_files(exercise, {"answer.py": f"import torch\n{code}"}).outcomes[0]

    return run


@pytest.mark.parametrize("style", RIGHT)
def test_right_in_any_style(judge: Judge, style: str) -> None:
    result = judge(RIGHT[style])
    assert (result.outcome, result.credit) == ("correct", 1.0), result
    assert bool(result.notes) is (style == "in place, noted")


@pytest.mark.parametrize("mistake", WRONG)
def test_the_smallest_case_is_shown(judge: Judge, mistake: str) -> None:
    body, words = WRONG[mistake]
    result = judge(f"def smooth(x, k):\n    return torch.stack([{body} for i in range(len(x))])\n")
    assert (result.outcome, result.credit) == ("wrong", 0.0), result
    assert words in result.line
    expected = "smooth(x = [" + ("0, 1], k = 1)" if mistake == "off by one" else "")
    assert result.line.startswith(expected), result.line


def test_a_known_mistake_is_named(judge: Judge) -> None:
    result = judge(REFERENCE.replace("def smooth", "def other").replace("unscaled", "smooth"))
    assert (result.credit, result.line) == (0.5, "Divide by how many you add.")


@pytest.mark.parametrize(
    ("code", "outcome", "words"),
    [
        ("def smooth(x, k):\n    raise NotImplementedError\n", "unanswered", "Not written yet"),
        ("def smooth(x, k):\n    pass\n", "wrong", "is a return missing?"),
        ("def smooth(x):\n    return x\n", "wrong", "takes 1 positional argument"),
        ("smooth = 3\n", "refused", "is a int, not a function"),
        ("def smoth(x, k):\n    return x\n", "unanswered", "smooth is not defined"),
        ("def smooth(x, k):\n    while True: pass\n", "time", "took"),
        ("import os\ndef smooth(x, k):\n    os._exit(0)\n", "killed", "ended"),
    ],
)
def test_what_else_can_happen(judge: Judge, code: str, outcome: str, words: str) -> None:
    spec = SPEC.replace("    name: smooth\n", "    name: smooth\n    seconds: 2\n")
    result = judge(code, spec)
    assert result.outcome == outcome, result
    assert words in result.line


ALWAYS_EQUAL = """
class Equal(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True if func is torch.Tensor.eq else super().__torch_function__(func, types, args, kwargs)
    def __eq__(self, other):
        return True
def smooth(x, k):
    return torch.zeros(len(x)).as_subclass(Equal)
"""
CALLS = """
calls = []
def smooth(x, k):
    calls.append(1)
    right = torch.stack([x[max(0, i - k + 1) : i + 1].mean() for i in range(len(x))])
    return right + (len(calls) > 40)
"""


@pytest.mark.parametrize("code", [ALWAYS_EQUAL, CALLS])
def test_tricks_do_not_count_as_right(judge: Judge, code: str) -> None:
    assert judge(code).credit == 0.0


GRADIENT = """
questions:
  - id: it
    kind: function
    title: Gradient
    name: grad
    reference: ref.py:forward
    sizes: {n: [1, 4], m: [1, 3]}
    arguments:
      W: {tensor: [m, n]}
      x: {tensor: [n]}
      g: {tensor: [m]}
    derivative: {by: W, upstream: g}
"""
FORWARD = "import torch\ndef forward(W, x):\n    return torch.tanh(W @ x)\n"


@pytest.mark.parametrize(
    ("body", "right"),
    [
        ("torch.outer(g * (1 - torch.tanh(W @ x) ** 2), x)", True),
        ("torch.outer(g * (1 - torch.tanh(W @ x)), x)", False),
        ("torch.outer(x, g * (1 - torch.tanh(W @ x) ** 2))", False),
    ],
)
def test_gradients_are_held_against_autograd(
    make_exercise: Callable[..., Exercise],
    grade_files: Callable[..., Grade],
    body: str,
    right: bool,
) -> None:
    exercise = make_exercise(GRADIENT, ref__py=FORWARD)
    code = f"import torch\ndef grad(W, x, g):\n    return {body}\n"
    result = grade_files(exercise, {"answer.py": code}).outcomes[0]
    assert (result.credit == 1.0) is right, result


def test_a_jacobian_has_the_output_first(
    make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]
) -> None:
    spec = (
        GRADIENT.replace(", upstream: g", "")
        .replace("      g: {tensor: [m]}\n", "")
        .replace("by: W", "by: x")
    )
    code = "import torch\ndef grad(W, x):\n    return (1 - torch.tanh(W @ x) ** 2)[:, None] * W\n"
    exercise = make_exercise(spec, ref__py=FORWARD)
    assert grade_files(exercise, {"answer.py": code}).outcomes[0].credit == 1.0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("tensor: [n]", "tensor: [q]", "unknown symbol q"),
        ("{tensor: [n]}", "{tensor: [n], real: [0, 1]}", "exactly one of"),
        ("{integer: [1, 3]}", "{integer: [3, 1]}", "is empty"),
        ("n: [1, 6]", "n: [6, 1]", "holds no size"),
        ("ref.py:smooth", "raf.py:smooth", "no file 'raf.py'"),
        ("    reveal: value", "    derivative: {by: z}", "no argument 'z'"),
    ],
)
def test_specs_are_checked(judge: Judge, old: str, new: str, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        judge("", SPEC.replace(old, new, 1))
