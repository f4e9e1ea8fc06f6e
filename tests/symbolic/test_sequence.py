from __future__ import annotations

import pytest

from autograder.errors import FormulaError
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.sequence import Sequences
from autograder.symbolic.table import SymbolTable

EXPECTED = "1 + sum_{j=1}^{L} (K_j - 1)*prod_{i=1}^{j-1} S_i"

RIGHT = [
    r"W^{(l)}=S^{(l+1)}(W^{(l+1)}-1)+K^{(l+1)},\; W^{(L)}=1",
    "W_l = S_{l+1} (W_{l+1} - 1) + K_{l+1}\nW_L = 1",
    "W[l-1] = S[l]*(W[l] - 1) + K[l]; W[L] = 1",
    "W(l) = S(l+1)*(W(l+1) - 1) + K(l+1), W(L) = 1",
    "R_{L+1} = 1\nR_l = S_l (R_{l+1} - 1) + K_l",
    "r_l = r_{l-1} + (K_l - 1) j_{l-1}, j_l = j_{l-1} S_l, r_0 = 1, j_0 = 1",
    "r_0 = j_0 = 1, r_l = r_{l-1} + (K_l-1) j_{l-1}, j_l = j_{l-1} S_l for l = 1, ..., L; r = r_L",
    "W^{(l)}=S^{(l+1)}·(W^{(l+1)}−1)+K^{(l+1)}, W^{(L)}=1, l = L−1, …, 0, r = W^{(0)}",
    "RF_l = RF_{l-1} + (K_l - 1) J_{l-1}, J_l = J_{l-1} S_l, RF_0 = 1, J_0 = 1",
    "r_{l+1} = r_l + (K_{l+1} - 1) j_l, j_{l+1} = j_l S_{l+1}, r_0 = 1, j_0 = 1",
    # The first layer as base case: for one layer there is no step to take.
    "r_1 = K_1, j_1 = S_1, r_l = r_{l-1} + (K_l - 1) j_{l-1}, j_l = j_{l-1}*S_l",
    "r_1 = K_1, r_l = r_{l-1} + (K_l-1) prod_{i=1}^{l-1} S_i for l = 2, ..., L",
    "r_1 = K_1, r_l = r_{l-1} + (K_l-1) prod_{i=1}^{l-1} S_i for l = 2..L; answer r_L",
    # The input as base case, counted from 1.
    "r_1 = 1, j_1 = 1, r_{l+1} = r_l + (K_l - 1) j_l, j_{l+1} = j_l S_l",
    "for l = L, ..., 1: R_{l-1} = S_l (R_l - 1) + K_l, with R_L = 1",
    "for l in range(L, 0, -1): R_{l-1} = S_l (R_l - 1) + K_l, R_L = 1",
    "R_L = 1; R_{l-1} = S_l R_l + (K_l - S_l); R_0",
    r"\begin{aligned} R_L &= 1 \\ R_{l-1} &= S_l (R_l - 1) + K_l \end{aligned}",
    r"W^{(l)}=S^{(l+1)}(W^{(l+1)}-1)+K^{(l+1)},\; W^{(L)}=1 \text{ for } l = L-1, \dots, 0",
    "W^{(0)} where W^{(l-1)} = S^{(l)}(W^{(l)} - 1) + K^{(l)} and W^{(L)} = 1",
    "R(n) = R(n-1) + (K_n - 1) * J(n-1), J(n) = J(n-1)*S_n, R(0)=1, J(0)=1",
    "1 + sum((K[l]-1)*prod(S[i] for i in range(1, l)) for l in range(1, L+1))",
    "1 + sum_{j=0}^{L-1} (K_{j+1}-1) prod_{i=1}^j S_i",
    r"r = 1+\sum_{j=1}^{L}(K_j-1)\prod_{i<j}S_i",
    # The course's solution, in its five forms.
    r"\left(\prod_{k=1}^L S^{(k)}\right)+\sum_{j=1}^L (K^{(j)}-S^{(j)})\prod_{i=1}^{j-1}S^{(i)}",
    r"\prod_{k=1}^L S_k+\left(\sum_{j=1}^L K_j\prod_{i=1}^{j-1}S_i\right)-\sum_{j=1}^L\prod_{i=1}^{j}S_i",
    r"\left(\sum_{j=1}^L K_j\prod_{i=1}^{j-1}S_i\right)-\left(\sum_{j=1}^{L-1}\prod_{i=1}^j S_i\right)",
    r"\left(\sum_{j=1}^L K_j\prod_{i=1}^{j-1}S_i\right)-\left(\sum_{j=1}^{L}\prod_{i=1}^{j-1} S_i\right)+1",
    # A product ends with the last factor that depends on its index.
    r"1+\sum_{j=1}^{L}\prod_{i=1}^{j-1}S_i (K_j-1)",
    r"1+\sum_{j=1}^{L}\left(\prod_{i=1}^{j-1}S_i\right)(K_j-1)",
    "1 + Σ_{j=1}^{L} Π_{i=1}^{j-1} S_i·(K_j − 1)",
    # A member that is only given, like a constant.
    "r_l = r_{l-1} + (K_l - u_0) j_{l-1}, j_l = j_{l-1} S_l, r_0 = j_0 = u_0, u_0 = 1",
    "sum(K_j - 1, j, 1, 1) + 1 + sum_{j=2}^{L} (K_j - 1) prod_{i=1}^{j-1} S_i",
]
WRONG = [
    "sum_{j=1}^L K_j",
    "1 + sum_{j=1}^L (K_j-1) prod_{i=1}^{j} S_i",
    "1 + sum_{j=1}^L (K_j-1) prod_{i=j+1}^{L} S_i",
    "1 + sum_{j=1}^L prod_{i=1}^{j-1} (S_i (K_j-1))",
    "W_l = S_{l+1} (W_{l+1} - 1) + K_{l+1} - 2 P_{l+1}, W_L = 1",
    "W_l = S_{l+1} W_{l+1} + K_{l+1}, W_L = 1",
    "W_l = S_{l+1} (W_{l+1} - 1) + K_{l+1}, W_L = 0",
    "r_l = r_{l-1} + (K_l - 1) j_l, j_l = j_{l-1} S_l, r_0 = 1, j_0 = 1",
    "1 + sum_{j=1}^{L-1} (K_j - 1) prod_{i=1}^{j-1} S_i",
    "1 + sum_{j=1}^{L+1} (K_j - 1)",
    "1/0",
]


@pytest.fixture
def sequences(layers: SymbolTable) -> Sequences:
    return Sequences(layers, "L")


@pytest.mark.parametrize("text", RIGHT)
def test_right_answers_in_every_form(text: str, sequences: Sequences) -> None:
    verdict = sequences.compare(parse_formula(EXPECTED, sequences.table), sequences.read(text).body)
    assert verdict.equal, verdict
    assert verdict.proof == "exact"


@pytest.mark.parametrize("text", WRONG)
def test_wrong_answers_differ_somewhere(text: str, sequences: Sequences) -> None:
    verdict = sequences.compare(parse_formula(EXPECTED, sequences.table), sequences.read(text).body)
    assert verdict.verdict == "different", verdict
    assert verdict.counterexample is not None


def test_a_counterexample_names_only_what_matters(sequences: Sequences) -> None:
    verdict = sequences.compare(
        parse_formula(EXPECTED, sequences.table), sequences.read("sum_{j=1}^L K_j").body
    )
    assert verdict.counterexample.point == {"L": "2", "K": "(3, 3)", "S": "(3, 3)"}
    assert (verdict.counterexample.expected, verdict.counterexample.student) == ("9", "6")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("W_l = S_{l+1} (W_{l+1} - 1) + K_{l+1}", "no base case"),
        ("r_l = r_{l-1} + (K_l-1) j_{l-1}, j_l = j_{l-1} S_l, r_0 = 1", "for j has no base case"),
        ("1 + sum_{j=1}^n (K_j - 1)", "unknown symbol n"),
        ("r_l = r_{l-1} + (Q_l - 1), r_0 = 1", "unknown symbol Q[]"),
        ("r_l = r_{l-1} + q (K_l - 1), r_0 = 1", "unknown symbol q"),
        ("r_l = r_{l-1} + K_l, r_0 = Q_1", "unknown symbol Q[]"),
        ("r_l = r_{l-1} + K_l, r_0 = q", "unknown symbol q"),
        ("r_l = r_{l-1} + K_l, r_0 = 1, r = r_L + q", "unknown symbol q"),
        ("1 + (K_1 - 1) + ... + (K_L - 1)", "leaves the formula open"),
        ("a_l = a_{l-1} + 1, a_0 = 0, b_l = b_{l-1} + 1, b_0 = 0", "which of a, b is the answer"),
        ("a_{l+m} = 1, a_0 = 1", "runs over both"),
        ("", "empty"),
    ],
)
def test_what_is_no_sequence_is_said(text: str, words: str, sequences: Sequences) -> None:
    with pytest.raises(FormulaError) as caught:
        sequences.read(text)
    assert words in caught.value.message


def test_a_recurrence_that_never_ends_is_wrong_not_a_hang(sequences: Sequences) -> None:
    reading = sequences.read("a_l = a_{l+1} + b_l, b_l = a_l, a_0 = 1, r = a_5")
    verdict = sequences.compare(parse_formula(EXPECTED, sequences.table), reading.body)
    assert not verdict.equal


def test_harmonic_numbers_are_exact() -> None:
    from tests.symbolic.tables import table_of

    sequences = Sequences(table_of(n="positive integer"), "n")
    expected = parse_formula("harmonic(n)", sequences.table)
    assert sequences.compare(expected, sequences.read("sum_{k=1}^n 1/k").body).equal
    assert not sequences.compare(expected, sequences.read("n sum_{k=1}^n 1/k").body).equal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("W_l = S_l (W_l - 1) + K_l, W_L = 1", "defined by itself at the same index"),
        ("W_l = S_{l+1}(W_{l+1} - 1) + K_{l+1}, W_0 = 1", "goes down from a higher index, but"),
        ("r_l = r_{l-1} + K_l, r_L = 1", "goes up from a lower index, but"),
    ],
)
def test_a_recurrence_that_leads_nowhere_is_told_why(
    text: str, words: str, sequences: Sequences
) -> None:
    verdict = sequences.compare(parse_formula(EXPECTED, sequences.table), sequences.read(text).body)
    assert verdict.verdict == "different"
    assert words in verdict.evidence


def test_no_members_at_all_count_where_the_length_may_be_zero() -> None:
    from tests.symbolic.tables import table_of

    table = table_of(n="nonnegative integer", a_FAMILY="real")
    sequences = Sequences(table, "n")
    assert sequences.lengths[0] == 0
    expected = parse_formula("sum_{k=1}^n a_k", table)
    for text in ("s_k = s_{k-1} + a_k, s_0 = 0", "sum_{k=0}^{n-1} a_{k+1}"):
        assert sequences.compare(expected, sequences.read(text).body).equal, text
    # Right for every list but the empty one, which has a product of 1.
    wrong = sequences.read("s_1 = a_1, s_k = s_{k-1} + a_k").body
    assert sequences.compare(expected, wrong).counterexample.point == {"n": "0"}


def test_what_is_no_rational_function_is_refuted_by_numbers() -> None:
    from tests.symbolic.tables import table_of

    sequences = Sequences(table_of(n="positive integer"), "n")
    expected = parse_formula("sum_{k=1}^n 1/k", sequences.table)
    assert sequences.compare(expected, sequences.read("log(n)").body).verdict == "different"
    same = sequences.read("sum_{k=1}^n exp(0*k)/k").body
    assert sequences.compare(expected, same).verdict in ("equal", "undecided")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-1 - sum_{j=1}^{L} (K_j - 1)*prod_{i=1}^{j-1} S_i", "opposite sign"),
        ("sum_{j=1}^{L} (K_j - 1)*prod_{i=1}^{j-1} S_i", "always 1 less"),
        ("1 + sum_{j=1}^{L} (K_j - 1)*prod_{i=j+1}^{L} S_i", "in reversed order"),
        ("W_l = S_l (W_{l-1} - 1) + K_l, W_0 = 1", "in reversed order"),
        ("1 + sum_{j=1}^{L-1} (K_j - 1)*prod_{i=1}^{j-1} S_i", "leaves out the last"),
        ("1 + sum_{j=1}^{L} (K_j - 1)", "does not depend on S"),
        ("1 + sum_{j=1}^{L} (S_j - 1)*prod_{i=1}^{j-1} K_i", "swapped K and S"),
        ("L + L*sum_{j=1}^{L} (K_j - 1)*prod_{i=1}^{j-1} S_i", "L times the right one"),
        ("1 + sum_{j=1}^{L} (K_j - 1 - 2*P_j)*prod_{i=1}^{j-1} S_i", "depends on P"),
    ],
)
def test_what_separates_two_formulas_over_families(
    text: str, words: str, sequences: Sequences
) -> None:
    from autograder.symbolic.misses import explain_miss

    expected = parse_formula(EXPECTED, sequences.table)
    line = explain_miss(sequences, expected, sequences.read(text).body)
    assert line is not None
    assert words in line


def test_no_miss_is_made_up(sequences: Sequences) -> None:
    from autograder.symbolic.misses import explain_miss

    expected = parse_formula(EXPECTED, sequences.table)
    answer = sequences.read("sum_{j=1}^{L} (K_j + S_j)^2").body
    assert explain_miss(sequences, expected, answer) is None
