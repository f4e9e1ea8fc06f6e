"""`module` on PS09's networks: every style that must cost nothing, every real mistake, told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.grade import Grade
from autograder.exercise.model import Exercise
from tests.checks.code.coding import HEAD, MLP, Judge, changed

CNN = """
def get_cnn(image_size):
    return nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(),
        nn.Conv2d(32, 64, 5, stride=2, padding=2), nn.ReLU(),
        nn.Conv2d(64, 64, 5, padding=2), nn.ReLU(),
        nn.Conv2d(64, 128, 5, stride=2, padding=2), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Conv2d(128, 10, 1), nn.Flatten(),
    )
"""
CNN_RIGHT = [
    ("nn.Flatten(),", "nn.Flatten(), nn.LogSoftmax(dim=1),"),
    ("nn.Conv2d(1, 32, 5, padding=2)", 'nn.Conv2d(1, 32, (5, 5), padding="same")'),
    ("nn.ReLU()", "nn.ReLU(inplace=True)"),
    ("nn.AdaptiveAvgPool2d(1), nn.Conv2d(128, 10, 1), nn.Flatten()",
     "nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10)"),
    ("nn.AdaptiveAvgPool2d(1), nn.Conv2d(128, 10, 1), nn.Flatten()",
     "nn.Conv2d(128, 10, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()"),
    ("    return nn.Sequential(", "    relu = nn.ReLU()  # TODO done\n    # raise NotImplementedError\n    return nn.Sequential("),
]  # fmt: skip
CNN_WRONG = [
    ("padding=2), nn.ReLU(),\n        nn.Conv2d(32", "padding=0), nn.ReLU(),\n        nn.Conv2d(32",
     "1st convolution has padding 0; expected 2"),
    ("nn.Conv2d(64, 64, 5, padding=2)", "nn.Conv2d(64, 64, 5, padding=32)", "3rd convolution has padding 32"),
    ("nn.Conv2d(64, 128, 5, stride=2", "nn.Conv2d(64, 128, 5, stride=1", "4th convolution has stride 1"),
    ("nn.Conv2d(64, 64, 5, padding=2)", "nn.Conv2d(64, 64, 3, padding=1)", "3rd convolution has kernel size 3"),
    ("nn.Conv2d(128, 10, 1)", "nn.Conv2d(128, 128, 1)", "your output is 2×128; it should be 2×10"),
    ("nn.Conv2d(64, 64, 5, padding=2), nn.ReLU(),", "", "4 convolutions where 5 are expected"),
    ("nn.Conv2d(64, 64, 5, padding=2), nn.ReLU(),", "nn.Conv2d(64, 64, 5, padding=2),", "ReLU is missing before the 4th"),
    ("nn.AdaptiveAvgPool2d(1)", "nn.AdaptiveMaxPool2d(1)", "is fed something else"),
    ("nn.ReLU(),\n        nn.AdaptiveAvgPool2d", "nn.AdaptiveAvgPool2d", "ReLU after the last 5×5 convolution"),
    ("nn.Flatten(),", "nn.Flatten(), nn.Softmax(dim=1),", "softmax"),
    ("nn.Flatten(),", "nn.Flatten(), nn.ReLU(),", "ReLU at the end that should not be there"),
    ("nn.ReLU(),\n        nn.Conv2d(32", "nn.GELU(),\n        nn.Conv2d(32", "2nd convolution"),
    ("nn.AdaptiveAvgPool2d(1)", "nn.Dropout(0.5), nn.AdaptiveAvgPool2d(1)", "not in train mode"),
    ("nn.Conv2d(1, 32, 5, padding=2)", "nn.Conv2d(1, 32, 5, padding=2, padding_mode='reflect')", "padding mode reflect"),
    ("nn.Conv2d(1, 32, 5, padding=2)", "nn.Conv2d(1, 32, 5, padding=2, bias=False)", "has no bias"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [("x", "x"), *CNN_RIGHT], ids=lambda text: text[:30])
def test_right_networks(judge: Judge, old: str, new: str) -> None:
    result = judge("cnn", CNN if old == "x" else changed(CNN, old, new))
    assert result.credit == 1.0, result


@pytest.mark.parametrize(("old", "new", "words"), CNN_WRONG, ids=lambda text: text[:30])
def test_wrong_networks_are_told_what_is_wrong(
    judge: Judge, old: str, new: str, words: str
) -> None:
    result = judge("cnn", changed(CNN, old, new))
    assert result.credit is not None
    assert result.credit < 1.0
    assert words in result.line, result.line


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        ("    return nn.Linear(28, 28)", "wrong", "your output is"),
        ("    return None", "refused", "gives a NoneType, not an nn.Module"),
        ("    return nn.Linear", "refused", "gives a type"),
        ("    return nn.Sequentiall()", "error", "Sequentiall"),
        ("    raise NotImplementedError", "unanswered", "Not written yet"),
        ("    class M(nn.Module):\n        def forward(self, x): return x, x\n    return M()", "refused", "a tuple"),
        ("    class M(nn.Module):\n        def forward(self, x): raise SystemExit\n    return M()", "error", "SystemExit"),
        ("    class M(nn.Module):\n        def forward(self, x): return x[0, 0, 0, 0]\n    return M()", "wrong", "output is"),
        ("    class M(nn.Module):\n        def forward(self, x): return torch.full((len(x), 10), float('nan')).to(x)\n    return M()", "wrong", ""),
        ("    while True: pass", "time", "took longer"),
    ],
)  # fmt: skip
def test_networks_that_are_none(
    ps09: Exercise, grade_files: Callable[..., Grade], body: str, outcome: str, words: str
) -> None:
    hurried = [question.model_copy(update={"seconds": 3.0}) for question in [ps09.question("cnn")]]
    exercise = ps09.model_copy(update={"questions": tuple(hurried)})
    graded = grade_files(exercise, {"ex09.py": f"{HEAD}def get_cnn(image_size):\n{body}\n"})
    result = graded.outcomes[0]
    assert (result.outcome, result.credit) == (outcome, 0.0), result
    assert words in result.line


def test_what_our_own_clock_cuts_off_is_not_too_slow(
    ps09: Exercise, grade_files: Callable[..., Grade]
) -> None:
    code = f"{HEAD}def get_cnn(image_size):\n    while True: pass\n"
    exercise = ps09.model_copy(update={"questions": (ps09.question("cnn"),)})
    result = grade_files(exercise, {"ex09.py": code}, seconds=6.0).outcomes[0]
    assert (result.outcome, result.credit) == ("skipped", None), result


@pytest.mark.parametrize(
    ("old", "new", "credit", "words"),
    [
        ("x", "x", 1.0, "Right."),
        ("torch.relu(layer(x))", "layer(x)", 0.3, "no ReLU between"),
        ("range(3)", "range(2)", 0.0, "4 linear layers where 5 are expected"),
        ("torch.relu", "torch.sigmoid", 0.0, "2nd linear layer"),
        ("nn.Linear(256, 256)", "nn.Linear(256, 256, bias=False)", 0.0, "has no bias"),
        (
            "return self.layers[-1](x)",
            "return torch.relu(self.layers[-1](x))",
            0.0,
            "ReLU at the end",
        ),
        ("return self.layers[-1](x)", "return self.layers[-1](x).softmax(1)", 0.5, "softmax"),
        (
            "torch.relu(layer(x))",
            "F.dropout(torch.relu(layer(x)), 0.1, self.training)",
            0.0,
            "train mode",
        ),
        ("x.flatten(1)", "x.flatten(1).detach()", 0.0, "gradient does not flow"),
        ("size * size", "784", 0.0, "mat1 and mat2"),
    ],
)
def test_perceptrons(judge: Judge, old: str, new: str, credit: float, words: str) -> None:
    result = judge("mlp", MLP if old == "x" else changed(MLP, old, new))
    assert result.credit == credit, result
    assert words in result.line
