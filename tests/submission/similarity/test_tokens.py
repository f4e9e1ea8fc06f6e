"""Code as tokens: what a disguise changes leaves no trace, what the code does stays."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submission.similarity.tokens import Vocabulary, code_tokens, prose_tokens
from tests.submission.similarity.disguise import commented, renamed, widened
from tests.submission.similarity.writers import Writer


def symbols(text: str) -> list[str]:
    return [token.symbol for token in code_tokens(text, Vocabulary.of([text]))]


BASE = """
import torch.nn as nn

def step(model, x, rate=0.001):
    hidden = model.encode(x)  # the code
    return nn.Conv2d(1, 32, kernel_size=5, padding=2)(hidden) * rate
"""


@pytest.mark.parametrize(
    "changed",
    [
        BASE.replace("hidden", "h").replace("model", "net"),
        BASE.replace("# the code", "# something else, kernel_size=7"),
        BASE.replace("    ", "\t"),
        BASE.replace("(1, 32, kernel_size=5, padding=2)", "(\n        1,\n        32,\n        5,\n        2,\n    )"),
        BASE.replace("import torch.nn as nn", "from torch import nn"),
        BASE.replace("nn.Conv2d", "torch.nn.Conv2d"),
        BASE.replace("import torch.nn as nn", "from torch.nn import Conv2d").replace("nn.Conv2d", "Conv2d"),
        BASE.replace("import torch.nn as nn", "from torch.nn import *").replace("nn.Conv2d", "Conv2d"),
        BASE.replace("import torch.nn as nn", "from torch.nn import (\n    Conv2d as C,\n    ReLU,\n)").replace("nn.Conv2d", "C"),
        BASE.replace("import torch.nn as nn", "import numpy\nimport torch.nn as nn, os"),
        BASE.replace("model, x, rate=0.001", "model: nn.Module, x: 'Tensor', rate: float = 1e-3"),
        BASE.replace("0.001):", "0.001) -> torch.Tensor:"),
        BASE.replace("    hidden =", '    """Take a step."""\n    hidden ='),
        BASE.replace("32", "0x20").replace("5", "5.0"),
        BASE.replace("\n\ndef", "\n!pip install torch\n%matplotlib inline\n<<<<<<< HEAD\ndef"),
    ],
)  # fmt: skip
def test_what_a_disguise_changes_leaves_no_trace(changed: str) -> None:
    assert changed != BASE
    assert symbols(changed) == symbols(BASE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("* rate", "/ rate"),
        ("32", "64"),
        ("Conv2d", "Conv1d"),
        ("encode", "decode"),
        ("return", "yield"),
    ],
)
def test_what_the_code_does_stays(old: str, new: str) -> None:
    assert symbols(BASE.replace(old, new)) != symbols(BASE)


def test_a_cell_that_is_not_python_is_read_as_far_as_it_goes() -> None:
    broken = BASE.replace("hidden) * rate", "hidden * rate").replace("(1, 32", "((1, 32")
    assert symbols(broken) == symbols(BASE)


def test_each_function_starts_a_piece_and_so_does_what_follows_it() -> None:
    text = "x = 1\ny = 2\ndef f():\n    return 3\nz = 4\nclass C:\n    def g(self):\n        pass\n"
    starts = [token.symbol for token in code_tokens(text, Vocabulary.of([text])) if token.starts]
    assert starts == ["~", "def", "~", "class", "def"]


def test_lines_are_those_of_the_text() -> None:
    text = '"""One\ntwo"""\nx = """\n"""\n(a +\n b)\n'
    assert [(t.symbol, t.line) for t in code_tokens(text, Vocabulary.of([text]))] == [
        ("~", 3), ("=", 3), ("~", 5), ("+", 5), ("~", 6)
    ]  # fmt: skip


def test_prose_is_read_as_words() -> None:
    assert [t.symbol for t in prose_tokens("The CNN's\nfilters, (shared) are 5×5.")] == (
        "the cnn s filters shared are 5 5".split()
    )


@given(seed=st.integers(0, 10_000))
def test_a_disguised_solution_reads_the_same(seed: int) -> None:
    for cell in Writer(seed).solution():
        rng = random.Random(seed)
        assert symbols(widened(commented(cell, rng), rng)) == symbols(cell)
        assert symbols(renamed(cell, rng)) == symbols(cell)


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    tokens = code_tokens(text, Vocabulary.of([text]))
    assert all(1 <= token.line <= text.count("\n") + 1 for token in tokens)
    assert [t.line for t in tokens] == sorted(t.line for t in tokens)


@pytest.mark.parametrize(
    "hostile",
    [
        "'''\\''' ",
        "((((",
        "lambda x:",
        "from a import (\n",
        "'\\",
        "def f(",
        "\n",
        "x\n    y\n",
        "#",
        "f'{",
    ],
)
def test_time_grows_with_the_length_only(hostile: str) -> None:
    # A pattern that goes back and tries again would need minutes here.
    text = hostile * (100_000 // len(hostile))
    assert len(code_tokens(text, Vocabulary.of([text]))) <= len(text)
