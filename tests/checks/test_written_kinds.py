"""`fields`, `choice`, `number`, `shape` and `sequence`: what students write and what they get."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.outcome import Outcome
from autograder.errors import SpecError
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session

Answer = Callable[[str, str], Outcome]

FIELDS = """
kind: fields
symbols: {c: positive real}
fields:
  sgdm: {label: SGDM, aliases: [SGD with momentum, momentum]}
  adam: {label: Adam, kind: expression}
  scale:
    kind: choice
    options:
      linear: {label: linear in c, aliases: [proportional]}
      none: {label: independent of c, aliases: [does not depend on c]}
accept:
  - {values: {sgdm: 1, adam: 2*c, scale: none}}
  - {values: {sgdm: 2, adam: 3*c, scale: none}, note: Counted with the weight.}
mistakes:
  - {values: {sgdm: 1, adam: 3*c}, feedback: Mixed counting., credit: 0.5}
"""
RIGHT_FIELDS = [
    "SGDM: 1\nAdam: 2c\nscale: independent of c",
    "- SGDM: 1\n- Adam: $2 c$\n- scale: does not depend on c",
    "sgdm = 1; adam = c + c; scale = none",
    "SGDM: 1, Adam: 2*c, scale: independent of c",
    "**SGD with momentum**: 1\n**Adam**: 2c\n**scale**: none",
    r"\text{SGDM}: 1, \text{Adam}: 2c, \text{scale}: \text{independent of } c",
    r"\text{SGDM}: 1, \quad \text{Adam}: 2\,c \\ \text{scale}:\ \text{none}",
]


@pytest.mark.parametrize("text", RIGHT_FIELDS)
def test_fields_in_every_layout(answer: Answer, text: str) -> None:
    assert answer(FIELDS, text).credit == 1.0


@pytest.mark.parametrize(
    ("text", "outcome", "credit", "words"),
    [
        ("SGDM: 2, Adam: 3c, scale: none", "correct", 1.0, "Right."),
        ("SGDM: 1, Adam: 3c, scale: none", "partial", 2 / 3, "Mixed counting."),
        ("SGDM: 1, Adam: 3c, scale: linear", "partial", 1 / 3, "Mixed counting. Not right: scale."),
        ("SGDM: 1, Adam: 3c", "partial", 1 / 3, "Mixed counting. Not answered: scale."),
        ("SGDM: 2, Adam: 2c, scale: linear", "partial", 1 / 3, "Not right: SGDM, scale"),
        ("SGDM: 1, scale: none", "partial", 2 / 3, "Not answered: Adam"),
        ("SGDM: 5, Adam: c, scale: linear", "wrong", 0.0, "Not right: SGDM, Adam, scale"),
        ("SGDM: one, Adam: 2c, scale: none", "unreadable", None, "SGDM: unknown symbol one"),
        ("SGDM: 1, Adam: 2c, scale: maybe", "unreadable", None, "'maybe' is none of"),
        ("I do not know", "unreadable", None, "write it as 'SGDM: ...'"),
        ("", "unanswered", 0.0, "no answer"),
    ],
)
def test_fields_outcomes(
    answer: Answer, text: str, outcome: str, credit: float | None, words: str
) -> None:
    result = answer(FIELDS, text)
    assert result.outcome == outcome
    assert result.credit == (None if credit is None else pytest.approx(credit))
    assert words in result.line


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("adam: 2*c, scale: none", "adan: 2*c, scale: none", "there is no field 'adan'"),
        ("scale: none}}", "scale: never}}", "no option 'never'"),
        (
            "{sgdm: 1, adam: 2*c, scale: none}",
            "{sgdm: 1, adam: 2*c}",
            "the field 'scale' is missing",
        ),
        ("adam: 2*c,", "adam: 2*q,", "unknown symbol q"),
    ],
)
def test_fields_specs_are_checked(answer: Answer, old: str, new: str, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        answer(FIELDS.replace(old, new, 1), "x")


SHARES = """
kind: fields
fields:
  before: {kind: share, label: before pruning, tolerance: 0.05}
  after: {kind: share, label: after pruning, aliases: [pruned], tolerance: 0.1}
accept: [{values: {before: 0.9, after: 0.8}}]
otherwise: person
mistakes:
  - values: {before: 0.9, after: 0.9}
    where: [after >= before]
    credit: 0.5
    feedback: Pruning cannot help.
"""


@pytest.mark.parametrize(
    ("text", "credit", "words"),
    [
        ("before pruning: 0.9, after pruning: 0.75", 1.0, "Right."),
        ("before pruning: 91.5 %, after  pruning: 78 %", 1.0, "Right."),
        ("before_pruning = 91,5\npruned = 78.", 1.0, "Right."),
        (r"before pruning: 91.5\%, pruned: \text{78 percent}", 1.0, "Right."),
        ("|  | before | after |\n|--|--:|--:|\n| **pruning** | 91.5 % | 0.78 |", 1.0, "Right."),
        ("|  | pruning |\n|--|--:|\n| **before** | 91.5 % |\n| after | 0.78 |", 1.0, "Right."),
        ("| before pruning | 0.9 |\n|---|---|\n| after pruning | 0.8 |", 1.0, "Right."),
        ("before pruning: 0.9, pruned: 0.95", 0.5, "Pruning cannot help."),
        ("before pruning: 0.9, pruned: 0.5", None, "after pruning: 0.5. A person will look at it."),
        ("before pruning: 0.5, pruned: 0.4", None, "before pruning: 0.5, after pruning: 0.4."),
        ("before pruning: 0.9", 0.5, "Not answered: after pruning."),
        ("before pruning: 0.9, pruned: 120 %", None, "at most 100 %"),
        ("before pruning: 0.9, pruned: 78 ± 2", None, "no share, such as 93.5 %"),
        ("before pruning: 0.9, pruned: 0.9 %", None, "0.9 %. A person will look at it."),
    ],
)
def test_shares_in_every_notation(
    answer: Answer, text: str, credit: float | None, words: str
) -> None:
    result = answer(SHARES, text)
    assert result.credit == credit
    assert words in result.line
    assert result.hint == ""


def test_a_mistake_beside_something_strange_goes_to_a_person(answer: Answer) -> None:
    """What is known to be wrong is said; the rest is not called wrong."""
    spec = SHARES.replace("fields:\n", "fields:\n  third: {kind: share, tolerance: 0.1}\n", 1)
    spec = spec.replace(
        "values: {before: 0.9, after: 0.8}", "values: {before: 0.9, after: 0.8, third: 0.5}"
    )
    result = answer(spec, "before pruning: 0.9, pruned: 0.9, third: 0.1")
    assert (result.outcome, result.credit) == ("undecided", None)
    assert (
        result.line
        == "Pruning cannot help. Not what was expected: third: 0.1. A person will look at it."
    )


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("[after >= befour]", "unknown symbol befour"),
        ("[after]", "where"),
    ],
)
def test_conditions_of_mistakes_are_checked(answer: Answer, where: str, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        answer(SHARES.replace("[after >= before]", where), "x")


CHOICE = """
kind: choice
options:
  a: {label: The learning rate grows}
  b: {label: The learning rate shrinks, aliases: [decreases, smaller]}
  c: {label: Nothing changes, feedback: Look at the schedule again.}
answer: b
"""


@pytest.mark.parametrize(
    "text", ["b", "B", "(b)", "b)", "b.", "option b", "**b**", "The learning rate shrinks", "it decreases", r"\text{b}"]
)  # fmt: skip
def test_choices_are_recognised(answer: Answer, text: str) -> None:
    assert answer(CHOICE, text).credit == 1.0


@pytest.mark.parametrize(
    ("text", "outcome", "words"),
    [
        ("a", "wrong", "not the right option"),
        ("nothing changes", "wrong", "Look at the schedule again."),
        ("d", "unreadable", "names none of the options"),
        ("a or b", "unreadable", "names none"),
        ("it does not decrease: it never decreases", "unreadable", "names none"),
    ],
)
def test_other_choices(answer: Answer, text: str, outcome: str, words: str) -> None:
    result = answer(CHOICE, text)
    assert result.outcome == outcome, result
    assert words in result.line


def test_the_right_option_must_exist(answer: Answer) -> None:
    with pytest.raises(SpecError, match="no option has this key"):
        answer(CHOICE.replace("answer: b", "answer: z"), "b")


NUMBER = """
kind: number
answer: 2/3
tolerance: 0.001
unit: px
also_accept: [{answer: 4/3, credit: 0.5, note: Twice too much.}]
mistakes: [{answer: 3/2, feedback: Upside down.}]
"""


@pytest.mark.parametrize(
    ("text", "credit", "words"),
    [
        ("2/3", 1.0, "Right."),
        ("0.6667", 1.0, "Right."),
        ("0.66 ", 0.0, "not the right number"),
        ("2/3 px", 1.0, "Right."),
        (r"\frac{2}{3}", 1.0, "Right."),
        ("x = 4/6", 1.0, "Right."),
        ("sqrt(4)/3", 1.0, "Right."),
        ("4/3", 0.5, "Twice too much."),
        ("1.5", 0.0, "Upside down."),
        ("two thirds", None, "could not be read"),
        ("1/0", None, "division by zero"),
    ],
)
def test_numbers(answer: Answer, text: str, credit: float | None, words: str) -> None:
    result = answer(NUMBER, text)
    assert result.credit == credit
    assert words in result.line


@pytest.mark.parametrize(
    ("expected", "text", "right"),
    [
        ("1/3", "0.3333333333", False),
        ("sqrt(2)", "2^(1/2)", True),
        ("sqrt(2)", "1.41421356", False),
        ("exp(-1)", "1/e", True),
        ("1e-5", "0.00001", True),
        ("28", "28.0", True),
    ],
)
def test_exact_numbers(answer: Answer, expected: str, text: str, right: bool) -> None:
    result = answer(f"kind: number\nanswer: {expected}", text)
    assert (result.credit == 1.0) is right


SHAPE = """
kind: shape
symbols: {H: positive integer, W: positive integer, F: positive integer, K: positive integer}
given: [H >= K, W >= K]
answer: [F, H - K + 1, W - K + 1]
also_accept: [{answer: [F, W - K + 1, H - K + 1], credit: 0.5, note: Axes swapped.}]
mistakes: [{answer: [F, H - K, W - K], feedback: One position is missing.}]
"""


@pytest.mark.parametrize(
    "text",
    [
        "F × (H-K+1) × (W-K+1)",
        "(F, H - K + 1, W - K + 1)",
        "[F, 1 + H - K, W + 1 - K]",
        "F x (H-K+1) x (W-K+1)",
        "F by (H-K+1) by (W-K+1)",
        r"F \times (H-K+1) \times (W-K+1)",
        r"$\mathbb{R}^{F \times (H-K+1) \times (W-K+1)}$",
        "ℝ^{F×(H−K+1)×(W−K+1)}",
        "torch.Size([F, H-K+1, W-K+1])",
        "shape = (F, H-K+1, W-K+1)",
        "F × ((H-K+1) × (W-K+1))",
        r"\mathbb{R}^{F \times \left((H-K+1) \times (W-K+1)\right)}",
    ],
)
def test_shapes_in_every_notation(answer: Answer, text: str) -> None:
    assert answer(SHAPE, text).credit == 1.0


@pytest.mark.parametrize(
    ("text", "credit", "words"),
    [
        ("F × (W-K+1) × (H-K+1)", 0.5, "Axes swapped."),
        ("F × (H-K) × (W-K)", 0.0, "One position is missing."),
        ("F × H × (W-K+1)", 0.0, "Axis 2 of your shape is wrong"),
        ("F × (H-K+1)", 0.0, "Your shape has 2 axes; the tensor has 3"),
        ("FxHxW", 0.0, "Axis 2"),
        ("F × Q", None, "unknown symbol Q"),
        ("F × ", None, "could not be read"),
    ],
)
def test_other_shapes(answer: Answer, text: str, credit: float | None, words: str) -> None:
    result = answer(SHAPE, text)
    assert result.credit == credit
    assert words in result.line


@pytest.mark.parametrize(
    "text",
    [
        "5x2",
        "5 × 2",
        "(5,2)",
        "5×2",
        "5 by 2",
        "\\mathbb{R}^{5\\times 2}",
        r"f_W(x) \in \mathbb{R}^{5 \times 2}",
        r"$\frac{\partial f}{\partial W} \in \mathbb R^{5 \times 2}$",
        "y ∈ ℝ⁵ˣ²",
        "y in R^(5x2)",
    ],
)
def test_shapes_of_numbers(answer: Answer, text: str) -> None:
    assert answer("kind: shape\nanswer: [5, 2]", text).credit == 1.0
    assert answer("kind: shape\nanswer: [2, 5]", text).credit == 0.0


def test_shapes_of_one_axis(answer: Answer) -> None:
    spec = "kind: shape\nsymbols: {m: positive integer}\nanswer: m"
    for text in (r"\mathbb{R}^m", r"c[t] \in \mathbb{R}^{m}", "ℝᵐ", "R^m", "(m,)", "m"):
        assert answer(spec, text).credit == 1.0, text


def test_a_shape_of_one_axis(answer: Answer) -> None:
    assert answer("kind: shape\nanswer: 3", "3").credit == 1.0
    assert answer("kind: shape\nanswer: 3", "(3,)").credit == 1.0


SEQUENCE = """
kind: sequence
symbols: {n: positive integer, "a[]": real}
length: n
answer: sum_{k=1}^{n} a_k
also_accept: [{answer: "sum_{k=1}^{n} a_k/n", credit: 0.5, note: That is the mean.}]
mistakes: [{answer: "sum_{k=1}^{n-1} a_k", feedback: The last term is missing.}]
"""


@pytest.mark.parametrize(
    ("text", "credit", "words"),
    [
        ("sum_{j=1}^n a_j", 1.0, "Right."),
        ("s_k = s_{k-1} + a_k, s_0 = 0", 1.0, "Right."),
        (r"\frac{1}{n}\sum_{k=1}^n a_k", 0.5, "Nearly right."),
        ("sum_{k=1}^{n-1} a_k", 0.0, "The last term is missing."),
        ("sum_{k=1}^n a_k^2", 0.0, "your formula gives"),
        ("s_k = s_{k-1} + a_k", None, "no base case"),
        ("sum_{k=1}^m a_k", None, "unknown symbol m"),
    ],
)
def test_sequences(answer: Answer, text: str, credit: float | None, words: str) -> None:
    result = answer(SEQUENCE, text)
    assert result.credit == credit
    assert words in result.line


def test_the_policy_may_make_unreadable_answers_worth_nothing(
    make_exercise: Callable[..., Exercise], hand_in, session: Session
) -> None:
    exercise = make_exercise(
        "policy: {unreadable: zero}\nquestions:\n"
        "  - {id: it, kind: expression, title: It, symbols: {x: real}, answer: x}\n"
    )
    graded = grade(exercise, [hand_in({"answers.md": "# it\n(x"})], Options(), session=session)
    assert (graded.outcomes[0].outcome, graded.outcomes[0].credit) == ("unreadable", 0.0)
    assert "person" not in graded.outcomes[0].line


def test_a_shape_is_shown_with_its_axes_apart(answer: Answer) -> None:
    question = "kind: shape\nsymbols: {W: positive integer}\nanswer: [3, W - 1]"
    assert answer(question, "(3, W-2)").read_plain == "3 × (W - 2)"
