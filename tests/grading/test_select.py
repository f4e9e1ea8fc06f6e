from __future__ import annotations

import pytest

from autograder.errors import UsageError
from autograder.grading.select import select

NAMES = ["mlp", "cnn", "accuracy-mlp", "accuracy-cnn", "resnet20"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("mlp", ["mlp", "accuracy-mlp"]),
        ("MLP", ["mlp", "accuracy-mlp"]),
        ("mlp or resnet", ["mlp", "accuracy-mlp", "resnet20"]),
        ("mlp and accuracy", ["accuracy-mlp"]),
        ("not accuracy", ["mlp", "cnn", "resnet20"]),
        ("cnn and not accuracy", ["cnn"]),
        ("not (mlp or cnn)", ["resnet20"]),
        ("mlp or cnn and accuracy", ["mlp", "accuracy-mlp", "accuracy-cnn"]),
        ("accuracy-mlp", ["accuracy-mlp"]),
    ],
)
def test_expressions(expression: str, expected: list[str]) -> None:
    assert select(expression, NAMES) == expected


@pytest.mark.parametrize(
    "expression", ["", "mlp or", "(mlp", "mlp)", "and", "mlp cnn", "mlp & cnn", "xyz"]
)
def test_what_selects_nothing_or_is_malformed_is_refused(expression: str) -> None:
    with pytest.raises(UsageError, match="-k"):
        select(expression, NAMES)
