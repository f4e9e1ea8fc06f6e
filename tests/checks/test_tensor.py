"""`tensor`: entries in every notation, malformed indices, the first wrong entry, autograd."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.errors import SpecError
from autograder.exercise.model import Exercise

Answer = Callable[[str, str], Outcome]

FORWARD = """
kind: tensor
members: {x: [7, 5], W: [1, 5, 3]}
entries: {r: 3}
answer: sum_{k=1}^{5} sum_{i=1}^{3} x[i + 2*(r - 1), k]*W[1, k, i]
mistakes:
  - answer: sum_{k=1}^{5} sum_{i=1}^{3} x[i + r - 1, k]*W[1, k, i]
    credit: 0.5
    feedback: The stride is missing.
"""
RIGHT_FORWARD = [
    "sum_{k=1}^5 sum_{i=1}^3 x[i+2(r-1), k] W[1,k,i]",
    r"f_W(x)[r] = \sum_{k=1}^5 \sum_{i=1}^3 x[i+2(r-1)][k] W_{1,k,i}",
    r"$\sum_{i=1}^{3}\sum_{c=1}^{5} W_{c,i}\, x_{i+2r-2,\,c}$",
    "sum(sum(W[1][c][j]*x[2*r-2+j][c] for c in range(1, 6)) for j in range(1, 4))",
    r"\sum_{n=2r-1}^{2r+1} \sum_{k=1}^5 x_{nk} W_{1,k,n-2(r-1)}",
]


@pytest.mark.parametrize("text", RIGHT_FORWARD)
def test_entries_in_every_notation(answer: Answer, text: str) -> None:
    result = answer(FORWARD, text)
    assert (result.outcome, result.credit) == ("correct", 1.0), result
    assert "all 3 entries" in result.evidence


@pytest.mark.parametrize(
    ("text", "outcome", "credit", "words"),
    [
        # What a student really wrote: one index for two sums.
        (
            r"f_W(x)[r] = \sum_{k=1}^5 \sum_{k=1}^3 x[i+2(r-1)][k]W_{k,i}",
            "unreadable",
            None,
            "the index k is used twice",
        ),
        (
            "sum_{k=1}^5 x[i + 2(r-1), k] W[1,k,i]",
            "unreadable",
            None,
            "nothing says which values i takes",
        ),
        ("sum_{r=1}^3 x[r, 1]", "unreadable", None, "the index r is used twice"),
        ("sum_{k=1}^5 x[k] W[1,k,1]", "unreadable", None, "x takes 2 indices, not 1"),
        ("sum_{k=1}^5 sum_{i=1}^3 x[i+r-1,k] W[1,k,i]", "partial", 0.5, "The stride is missing."),
        ("sum_{k=1}^5 sum_{i=1}^3 x[i+2r,k] W[1,k,i]", "wrong", 0.0, "At r = 1 your entry is not"),
        ("sum_{k=1}^5 sum_{i=1}^3 x[i,k+2r] W[1,k,i]", "wrong", 0.0, "there is no x["),
        ("0", "wrong", 0.0, "is zero, but the right one is not"),
        ("", "unanswered", 0.0, "no answer"),
    ],
)
def test_other_entries(
    answer: Answer, text: str, outcome: str, credit: float | None, words: str
) -> None:
    result = answer(FORWARD, text)
    assert (result.outcome, result.credit) == (outcome, credit), result
    assert words in result.line


UPSTREAM = r"""
kind: tensor
members: {g: [3], x: [7, 5]}
entries: {k: 5, i: 3}
spellings: {g: ['\frac{\partial \ell}{\partial f_W(x)}', '∂ℓ/∂f', 'dl/df']}
answer: sum_{r=1}^{3} g[r]*x[i + 2*(r - 1), k]
"""


@pytest.mark.parametrize(
    ("text", "credit", "words"),
    [
        ("sum_{r=1}^3 g[r] x[i+2(r-1), k]", 1.0, "Right"),
        ("sum_{r=1}^3 ∂ℓ/∂f[r] * x[i+2(r-1), k]", 1.0, "Right"),
        (
            r"\left(\frac{\partial \ell}{\partial W}\right) [1, k, i] = \sum_{r=1}^{3} "
            r"\left(\frac{\partial \ell}{\partial f_W(x)}\right) [r] x [i + 2(r-1), k]",
            1.0,
            "Right",
        ),
        # The student's upper limit is garbled.
        (
            r"\left(\frac{\partial \ell}{\partial W}\right) [1, k, i] = \sum_{r=1}^{23232} "
            r"\left(\frac{\partial \ell}{\partial f_W(x)}\right) [r] x [i + 2(r-1), k]",
            0.0,
            "there is no g[4]",
        ),
        ("sum_{r=1}^3 g[r] x[r+2(i-1), k]", 0.0, "At k = 1, i = 1 your entry"),
    ],
)
def test_a_gradient_from_above_in_its_own_spelling(
    answer: Answer, text: str, credit: float, words: str
) -> None:
    result = answer(UPSTREAM, text)
    assert result.credit == credit, result
    assert words in result.line


INPUT = """
kind: tensor
members: {W: [1, 5, 3]}
entries: {r: 3, k: 5, i: 7}
answer: sum_{j=1}^{3} W[1, k, j]*(1 - min(1, abs(i - 2*(r - 1) - j)))
unguarded: 0.7
"""


@pytest.mark.parametrize(
    "text",
    [
        "W[1, k, i - 2(r-1)] if 1 <= i - 2(r-1) <= 3 else 0",
        # As a student wrote it.
        r"\frac{\partial f_W(x)}{\partial x} [r, k, i] = \begin{cases} W_{1,k,i-2(r-1)} & "
        r"\text{if } i - 2(r-1) \in [1, 3] \\ 0 & \text{otherwise} \end{cases}",
        r"\begin{cases} W_{1,k,i-2(r-1)} & 1 \le i - 2(r-1) \le 3 \\ 0 & \text{else} \end{cases}",
        "Piecewise((W[1, k, i - 2*(r-1)], i - 2*(r-1) >= 1 and i - 2*(r-1) <= 3), (0, True))",
    ],
)
def test_entries_with_cases(answer: Answer, text: str) -> None:
    result = answer(INPUT, text)
    assert (result.outcome, result.credit) == ("correct", 1.0), result


def test_a_wrong_case_is_found(answer: Answer) -> None:
    result = answer(INPUT, "W[1, k, i - 2(r-1)] if 1 <= i - 2(r-1) <= 2 else 0")
    assert result.line == "At r = 1, k = 1, i = 3 your entry is zero, but the right one is not."


def test_a_missing_condition_has_its_own_credit(answer: Answer) -> None:
    result = answer(INPUT, "W[1, k, i - 2(r-1)]")
    assert (result.outcome, result.credit) == ("partial", 0.7)
    assert "say that the entry is 0 elsewhere" in result.line
    assert answer(INPUT, "W[1, k, i - 2r]").credit == 0.0


REFERENCE = """
questions:
  - id: it
    kind: tensor
    title: Derivative
    members: {x: [7, 5], W: [1, 5, 3]}
    entries: {r: 3, k: 5, i: 3}
    reference: ref.py:convolve
    by: W
"""
CODE = """
import torch

def convolve(x, W):
    return torch.nn.functional.conv1d(x.T[None], W, stride=2)[0]
"""


@pytest.mark.parametrize(
    ("text", "credit", "words"),
    [
        ("x[i + 2(r-1), k]", 1.0, "Right"),
        ("x[i][k]", 0.0, "At r = 2, k = 1, i = 1 your entry is not the right one"),
        ("x[i + 2r, k]", 0.0, "your entry"),
        ("x[i + 2(r-1), k] + 10^-8", 0.0, "your entry"),
    ],
)
def test_entries_are_held_against_autograd(
    make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade], text: str,
    credit: float, words: str,
) -> None:  # fmt: skip
    exercise = make_exercise(REFERENCE, ref__py=CODE)
    result = grade_files(exercise, {"answers.md": f"# it\n\n{text}\n"}).outcomes[0]
    assert result.credit == credit, result
    assert words in result.line


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("answer: sum", "hint: sum", "either an answer or a reference"),
        ("W[1, k, i]", "W[1, k, q]", "unknown symbol q"),
        ("entries: {r: 3}", "entries: {r: 0}", "1 to 5000 entries"),
        ("entries:", "by: W\nentries:", "only a reference is differentiated"),
        ("entries:", "spellings: {y: z}\nentries:", "no member 'y'"),
    ],
)
def test_specs_are_checked(answer: Answer, old: str, new: str, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        answer(FORWARD.replace(old, new, 1), "x")


def test_an_entry_is_shown_with_its_indices(answer: Answer) -> None:
    result = answer(INPUT, r"W_{1,k,i-2(r-1)}")
    assert result.read_plain == "W[1, k, i - 2*(r - 1)]"
    assert result.read_as == r"W_{1, k, i - 2 \, \left(r - 1\right)}"
