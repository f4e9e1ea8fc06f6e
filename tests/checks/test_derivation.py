"""`derivation`: every style of writing, the first wrong step, milestones, expectations, equations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.outcome import Outcome
from autograder.errors import SpecError

Answer = Callable[[str, str], Outcome]

UNBIASED = """
kind: derivation
symbols: {q: "in (0, 1)", g: real, v_new: real, v_old: real, g_tilde: real}
random: {v_new: {}, v_old: {}, g_tilde: {}}
assume: ["v_new = (1 - q)*v_old + q*g_tilde", "E[v_old] = g", "E[g_tilde] = g"]
begin: E[v_new]
through: ["(1 - q)*E[v_old] + q*E[g_tilde]"]
end: g
"""
RIGHT = [
    "E[v_new] = E[(1-q) v_old + q g_tilde] = (1-q) E[v_old] + q E[g_tilde] = (1-q) g + q g = g",
    "E[v_new]\n= E[(1-q)*v_old + q*g_tilde]\n= (1-q)*E[v_old] + q*E[g_tilde]   (by linearity)\n= g",
    "E[v_new] = E[(1-q) v_old] + E[q g_tilde]\nE[v_new] = (1-q) E[v_old] + q E[g_tilde]\nE[v_new] = g",
    r"""\begin{align*}
\mathbb{E}[v_{new}] &= \mathbb{E}\left[(1-q) v_{old} + q \tilde g\right] \\
&= (1-q)\,\mathbb{E}[v_{old}] + q\,\mathbb{E}[\tilde g] \quad \text{by linearity} \\
&= (1-q) g + q g = g \tag{1}
\end{align*}""",
    "m_t = (1-q) E[v_old] + q E[g_tilde] = g",
    "= (1-q) E(v_old) + q E(g_tilde)\n= g",
    r"E[v_{new}] = (1-q) E[v_{old}] + q E[\tilde g] \text{ by linearity} \\ = g \text{ as assumed}",
    "E[(1-q) v_old + q g_tilde]\n(1-q) E[v_old] + q E[g_tilde]\ng",
]


@pytest.mark.parametrize("text", RIGHT)
def test_right_in_every_style(answer: Answer, text: str) -> None:
    result = answer(UNBIASED, text)
    assert (result.outcome, result.credit) == ("correct", 1.0), result


@pytest.mark.parametrize(
    ("text", "outcome", "credit", "words"),
    [
        (
            "E[v_new] = (1-q) E[v_old] + q E[g_tilde] = (1-q) g + g = g",
            "partial",
            0.3333,
            "Step 2 is wrong: (1 - q)*E[v_old] + q*E[g_tilde] is not equal to (1 - q)*g + g.",
        ),
        ("E[v_new] = E[v_old] + q E[g_tilde] = g", "partial", 0.1667, "Step 1 is wrong"),
        ("E[v_new] = g", "partial", 0.3333, "an important step between is not shown"),
        ("E[v_new] = (1-q) E[v_old] + q E[g_tilde]", "partial", 0.3333, "stops before it arrives"),
        ("E[v_old] + 1 = g + 1", "wrong", 0.0, "which is not what it should start from"),
        ("E[v_new] <= g", "unreadable", None, "an inequality is not"),
        ("E[w] = (1-q) E[v_old] + q E[g_tilde] = g", "unreadable", None, "cannot read 'E[w]'"),
        ("E[v_new] = E[w]", "unreadable", None, "unknown symbol w"),
        ("E^2[v_new] = g^2", "unreadable", None, "write E[...]^2"),
        ("", "unanswered", 0.0, "no answer"),
    ],
)
def test_other_derivations(
    answer: Answer, text: str, outcome: str, credit: float | None, words: str
) -> None:
    result = answer(UNBIASED, text)
    assert (result.outcome, result.credit) == (outcome, credit), result
    assert words in result.line


def test_the_wrong_step_comes_with_the_students_own_numbers(answer: Answer) -> None:
    result = answer(UNBIASED, "E[v_new] = (1-q) E[v_old] + q E[g_tilde] = (1-q) g + g = g")
    (detail,) = result.details
    assert detail == "At g = 3, q = 1/2 the first is 3 and the second 9/2."


VARIANCE = """
kind: derivation
symbols: {n: positive integer, sigma: positive real, "w[]": real, "x[]": real, y: real}
random: {"w[]": {moments: {1: 0, 2: sigma^2}}, "x[]": {moments: {2: 1/2}}, y: {}}
independent: true
assume: ["y = sum_{i=1}^{n} w_i*x_i"]
sizes: {n: [1, 2, 3]}
begin: Var[y]
end: n*sigma^2/2
"""


@pytest.mark.parametrize(
    ("text", "credit", "words"),
    [
        (
            "Var[y] = sum_{i=1}^n Var[w_i x_i] = sum_{i=1}^n E[w_i^2] E[x_i^2] = n sigma^2 E[x_1^2] "
            "= n sigma^2/2",
            1.0,
            "Right",
        ),
        (
            r"\operatorname{Var}[y] = \sum_{i=1}^n \left(\mathbb{E}[w_i^2 x_i^2] - \mathbb{E}[w_i x_i]^2\right)"
            r" = n \sigma^2 \cdot \frac{1}{2} = \frac{n\sigma^2}{2}",
            1.0,
            "Right",
        ),
        ("Var[y] = E[y^2] - E[y]^2 = sum_{i=1}^n E[w_i^2 x_i^2] = n sigma^2/2", 1.0, "Right"),
        ("Var[y] = sum_{i=1}^n Var[w_i] Var[x_i] = n sigma^2/2", 0.25, "Step 1 is wrong"),
        ("Var[y] = E[y]^2 - E[y^2] = n sigma^2/2", 0.25, "Step 1 is wrong"),
        ("Var[y] = Var[w_1 x_1] = sigma^2/2", 0.25, "Step 1 is wrong"),
    ],
)
def test_variances_of_independent_sums(
    answer: Answer, text: str, credit: float, words: str
) -> None:
    result = answer(VARIANCE, text)
    assert result.credit == credit, result
    assert words in result.line


def test_without_independence_a_product_is_not_split(answer: Answer) -> None:
    spec = """
kind: derivation
symbols: {a: real, b: real}
random: {a: {}, b: {}}
begin: Cov[a, b]
end: E[a*b] - E[a]*E[b]
steps: 1
"""
    assert answer(spec, "Cov(a, b) = E[(a - E[a])(b - E[b])] = E[ab] - E[a]E[b]").credit == 1.0
    result = answer(spec, "Cov(a, b) = E[ab] - E[a] E[b] = E[a] E[b] - E[a] E[b] = 0")
    assert "Step 2 is wrong" in result.line
    assert "E[a*b] = 3" in result.details[0]


def test_a_function_of_a_random_symbol_is_not_guessed(answer: Answer) -> None:
    spec = "kind: derivation\nsymbols: {z: real}\nrandom: {z: {}}\nbegin: E[relu(z)]\nend: E[z]/2\nsteps: 1\n"
    result = answer(spec, "E[relu(z)] = E[z]/2")
    assert (result.outcome, result.credit) == ("undecided", None)
    known = spec + 'assume: ["E[relu(z)] = E[z]/2"]\n'
    assert answer(known, "E[relu(z)] = E[z]/2").credit == 1.0


INDUCTION = """
kind: derivation
symbols: {q: "in (0, 1)", t: positive integer, "g[]": real}
sizes: {t: [1, 2, 3, 4, 5, 6]}
begin: sum_{k=1}^{t} q*(1 - q)^(t - k)*g_k
end: (1 - q)*sum_{k=1}^{t-1} q*(1 - q)^(t - 1 - k)*g_k + q*g_t
steps: 1
"""


def test_an_induction_step_is_checked_at_every_size(answer: Answer) -> None:
    first = "sum_{k=1}^{t} q (1-q)^(t-k) g_k = sum_{k=1}^{t-1} q (1-q)^(t-k) g_k + q g_t = "
    right = first + "(1-q) sum_{k=1}^{t-1} q (1-q)^(t-1-k) g_k + q g_t"
    assert answer(INDUCTION, right).credit == 1.0
    result = answer(INDUCTION, first + "(1-q) sum_{k=1}^{t-1} q (1-q)^(t-k) g_k + q g_t")
    assert "Step 2 is wrong" in result.line
    assert "t = 2" in result.details[0]


RULES = """
kind: derivation
symbols: {q: "in (0, 1)", t: positive integer, "g[]": real, "v[]": real, "u[]": real}
running: k
assume:
  - v_0 = 0
  - u_0 = 0
  - u_k = (1 - q)*u_{k-1} + q*g_k
  - v_k = (1 - q/(1 - (1 - q)^k))*v_{k-1} + q/(1 - (1 - q)^k)*g_k
sizes: {t: [1, 2, 3, 4, 5, 6]}
begin: u_t/(1 - (1 - q)^t)
end: v_t
steps: 2
"""


def test_rules_hold_for_every_index(answer: Answer) -> None:
    right = (
        "u_t/(1 - (1-q)^t) = ((1-q) u_{t-1} + q g_t)/(1 - (1-q)^t)\n"
        "= ((1-q)(1 - (1-q)^(t-1)) v_{t-1} + q g_t)/(1 - (1-q)^t)\n= v_t"
    )
    assert answer(RULES, right).credit == 1.0
    wrong = right.replace("(1 - (1-q)^(t-1)) v", "(1 - (1-q)^t) v")
    result = answer(RULES, wrong)
    assert "Step 2 is wrong" in result.line
    assert "t = 2" in result.details[0]


EQUATIONS = """
kind: derivation
lines: equivalent
symbols: {g: real, Delta: real, epsilon: positive real}
begin: g + Delta/epsilon = 0
end: Delta = -epsilon*g
steps: 1
"""


@pytest.mark.parametrize(
    ("text", "credit", "words"),
    [
        ("g + Delta/epsilon = 0\nDelta/epsilon = -g\nDelta = -epsilon g", 1.0, "Right"),
        (r"g + \frac{\Delta}{\varepsilon} = 0 \Rightarrow \varepsilon g + \Delta = 0 \Rightarrow \Delta = -\varepsilon g", 1.0, "Right"),
        ("g + Delta/epsilon = 0 ⇒ Delta = epsilon g", 0.25, "does not follow from"),
        ("g + Delta/epsilon = 0\nDelta (g + Delta/epsilon) = 0\nDelta = -epsilon g", 0.25, "has more solutions"),
        ("g + Delta/epsilon = 0", 0.25, "stops before it arrives"),
        ("g + Delta/epsilon", None, "one equation"),
    ],
)  # fmt: skip
def test_equations_that_follow(answer: Answer, text: str, credit: float | None, words: str) -> None:
    result = answer(EQUATIONS, text)
    assert result.credit == credit, result
    assert words in result.line


def test_what_is_no_rational_function_is_compared_as_usual(answer: Answer) -> None:
    spec = (
        "kind: derivation\nsymbols: {x: positive real, n: positive real}\n"
        "begin: log(x^n)\nend: n*log(x)\nsteps: 1\n"
    )
    assert answer(spec, "log(x^n) = n log(x)").credit == 1.0
    assert "Step 1" in answer(spec, "log(x^n) = log(x)^n = n log(x)").line


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("end: g", "end: 2*g", "does not follow from the beginning"),
        ("begin: E[v_new]", "begin: E[w]", "unknown symbol w"),
        ("random: {v_new: {}", "random: {z: {}, v_new: {}", "declare it among"),
    ],
)
def test_the_authors_own_chain_must_hold(answer: Answer, old: str, new: str, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        answer(UNBIASED.replace(old, new, 1), "x")


def test_hypotheses_may_stand_in_any_order(answer: Answer) -> None:
    spec = """
kind: derivation
symbols: {a: real, b: real, c: real, d: real}
assume: ["a = 2*b", "b = c + 1", "c = 3*d"]
begin: a
end: 6*d + 2
"""
    assert answer(spec, "a = 2*b = 2*(c + 1) = 6*d + 2").credit == 1.0
