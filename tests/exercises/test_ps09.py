"""PS09's written questions: the answers of the course, fair variants, real mistakes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.exercise.model import Exercise

IDS = (
    "data-loader mlp cnn train-epoch residual-block resnet20 accuracy-mlp accuracy-cnn accuracy-resnet "
    "optimizer-state sgdm-m sgdm-w adam-m adam-v adam-m-hat adam-v-hat adam-w scaling output-width "
    "input-width receptive-field"
).split()


def test_all_questions_are_there_with_their_ids(ps09: Exercise) -> None:
    assert [question.id for question in ps09.questions] == IDS
    assert ps09.points == 100


@pytest.fixture
def judge(ps09: Exercise, grade_files: Callable[..., Grade]) -> Callable[[str, str], Outcome]:
    def run(question: str, text: str) -> Outcome:
        # In LaTeX, so that no notation stands in for another.
        graded = grade_files(ps09, {"answers.tex": f"\\answer{{{question}}}{{{text}}}"}, select=question)
        return next(outcome for outcome in graded.outcomes if outcome.question == question)

    return run


RIGHT = [
    ("sgdm-m", r"c \frac{1-\beta^t}{1-\beta}"),
    ("sgdm-m", r"c \sum_{k=0}^{t-1} \beta^k"),
    ("sgdm-m", "c (beta^t - 1)/(beta - 1)"),
    ("sgdm-m", "c + beta c (1 - beta^(t-1))/(1 - beta)"),
    ("sgdm-w", r"-\frac{\eta c}{1-\beta}\left(t+1-\frac{1-\beta^{t+1}}{1-\beta}\right)"),
    ("sgdm-w", r"-\frac{\eta c}{1-\beta}\left(t-\beta\frac{1-\beta^t}{1-\beta}\right)"),
    ("sgdm-w", r"-\eta\sum_{k=1}^{t} c\frac{1-\beta^k}{1-\beta}"),
    ("sgdm-w", r"-\eta c\sum_{k=1}^{t}\sum_{j=0}^{k-1}\beta^j"),
    ("sgdm-w", r"-\frac{\eta c}{1-\beta}\sum_{k=0}^{t}(1-\beta^k)"),
    ("adam-m", r"c(1-\beta_1^t)"),
    ("adam-m", r"(1-\beta_1)c\sum_{k=0}^{t-1}\beta_1^k"),
    ("adam-v", r"c^2(1-\beta_2^t)"),
    ("adam-m-hat", "c"),
    ("adam-m-hat", r"\frac{c(1-\beta_1^t)}{1-\beta_1^t}"),
    ("adam-m-hat", r"c\frac{1-\beta_1^{t+1}}{1-\beta_1^t}"),
    ("adam-v-hat", "c^2"),
    ("adam-w", r"-\eta t"),
    ("adam-w", r"-\sum_{k=1}^t \eta \frac{c}{\sqrt{c^2}}"),
    ("optimizer-state", r"\text{SGDM}: 1, \text{Adam}: 2"),
    ("optimizer-state", "SGDM = 2; Adam = 3"),
    ("scaling", "SGDM: linear in c, Adam: does not depend on c"),
    ("scaling", "SGDM: proportional, Adam: invariant"),
    ("output-width", r"\left\lfloor\frac{W_{in}+2P-K}{S}\right\rfloor+1"),
    ("output-width", r"\frac{W_{in}+2P-K}{S}+1"),
    ("output-width", r"\lfloor (W_{\text{in}}+2P-K+S)/S \rfloor"),
    ("output-width", r"\lceil (W_{in}+2P-K+1)/S \rceil"),
    ("output-width", "W_{out} = (W_{in} + 2P - K)//S + 1"),
    ("input-width", r"S\cdot(W_{out}-1)+K-2P"),
    ("input-width", "W_{in} = S W_{out} - S + K - 2P"),
    ("receptive-field", r"1+\sum_{j=1}^{L}(K^{(j)}-1)\prod_{i=1}^{j-1}S^{(i)}"),
    ("receptive-field", r"W^{(l)}=S^{(l+1)}(W^{(l+1)}-1)+K^{(l+1)},\; W^{(L)}=1"),
    ("receptive-field", r"r_l = r_{l-1} + (K_l - 1) j_{l-1},\quad j_l = j_{l-1} S_l,\quad r_0 = j_0 = 1"),
]


@pytest.mark.parametrize(("question", "text"), RIGHT)
def test_right_answers_get_full_marks(judge: Callable[[str, str], Outcome], question: str, text: str) -> None:
    outcome = judge(question, text)
    assert outcome.credit == 1.0, outcome


MISTAKES = [
    ("sgdm-m", r"c(1-\beta^t)", "scales the gradient"),
    ("sgdm-m", r"c\frac{1-\beta^{t+1}}{1-\beta}", "one step off"),
    ("sgdm-w", r"\frac{\eta c}{1-\beta}\left(t-\beta\frac{1-\beta^t}{1-\beta}\right)", "sign is wrong"),
    ("sgdm-w", r"-\eta\sum_{k=0}^{t-1} c\frac{1-\beta^k}{1-\beta}", "from step 0 to t"),
    ("adam-m", r"c(1-\beta_2^t)", "not with β₂"),
    ("adam-v", r"c(1-\beta_2^t)", "squared gradient"),
    ("adam-v", r"c^2(1-\beta_1^t)", "not with β₁"),
    ("adam-w", r"-\eta c t", "cancels"),
    ("adam-w", r"-\eta", "update of one step"),
    ("optimizer-state", "SGDM: 1, Adam: 3", "both or for neither"),
    ("optimizer-state", "SGDM: 3, Adam: 4", "gradient is computed anew"),
    ("scaling", "SGDM: independent, Adam: proportional", "Not right"),
    ("output-width", r"\lfloor (W_{in}+P-K)/S \rfloor + 1", "counts twice"),
    ("output-width", r"\lfloor (W_{in}+2P-K)/S \rfloor", "first output needs no step"),
    ("output-width", r"\lceil (W_{in}+2P-K)/S \rceil + 1", "round up"),
    ("output-width", r"\operatorname{round}((W_{in}+2P-K)/S) + 1", "round to the nearest"),
    ("input-width", r"S(W_{out}-1)+K+2P", "subtracted"),
    ("input-width", r"S W_{out}+K-2P", "one step less"),
    ("receptive-field", r"1+\sum_{j=1}^{L}(K_j-1)\prod_{i=1}^{j}S_i", "one layer too far"),
    ("receptive-field", r"1+\sum_{j=1}^{L}(K_j-1)\prod_{i=j+1}^{L}S_i", "order of the layers is reversed"),
    ("receptive-field", r"\sum_{j=1}^{L}K_j", "strides are missing"),
    ("receptive-field", r"W_l=S_{l+1}(W_{l+1}-1)+K_{l+1}-2P_{l+1}, W_L=1", "Padding does not belong in"),
]


@pytest.mark.parametrize(("question", "text", "words"), MISTAKES)
def test_mistakes_are_named(judge: Callable[[str, str], Outcome], question: str, text: str, words: str) -> None:
    outcome = judge(question, text)
    assert outcome.credit is not None
    assert outcome.credit < 1.0
    assert words in outcome.line, outcome


def test_no_named_mistake_is_right_or_another_mistake(ps09: Exercise, session) -> None:
    """Each mistake's formula is wrong, and gets its own words and not another's."""
    from autograder.checks.expression import ExpressionQuestion
    from autograder.checks.sequence import SequenceQuestion
    from autograder.checks.catalogue import kind_of
    from autograder.checks.tools import Answer, Tools
    from autograder.submission.model import Place, TextAnswer

    tools = Tools(ps09, session.prover, None)
    for question in ps09.questions:
        if not isinstance(question, (ExpressionQuestion, SequenceQuestion)):
            continue
        for mistake in question.mistakes:
            for formula in mistake.answer:
                answer = Answer(TextAnswer(formula, Place("x")))
                outcome = kind_of(question).check(question, answer, tools)
                assert outcome.credit == mistake.credit, (question.id, formula, outcome)
                assert outcome.line == mistake.feedback, (question.id, formula, outcome)
