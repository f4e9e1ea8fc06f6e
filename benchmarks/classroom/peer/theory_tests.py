"""The written questions of PS09 as an instructor would test them with SymPy."""

import os
import unittest

import answers
import formula
import sympy as sp
from gradescope_utils.autograder_utils.decorators import number, weight

HANDED_IN = answers.read(os.environ["SUBMISSION"])
C, ETA = sp.symbols("c eta", positive=True)
T = sp.symbols("t", positive=True, integer=True)
BETA, BETA_1, BETA_2 = sp.symbols("beta beta_1 beta_2", positive=True)
W_IN, W_OUT, K, S = sp.symbols("W_in W_out K S", positive=True, integer=True)
P = sp.symbols("P", nonnegative=True, integer=True)
NAMES = {str(s): s for s in (C, ETA, T, BETA, BETA_1, BETA_2, W_IN, W_OUT, K, S, P)}


class TestTheory(unittest.TestCase):
    def judge(self, question, expected):
        given = formula.parse(str(HANDED_IN[question]), NAMES)
        self.assertTrue(formula.equal(given, expected))

    @weight(3)
    @number("2.1")
    def test_optimizer_state(self):
        given = answers.fields(HANDED_IN["optimizer-state"], ("SGDM", "Adam"))
        self.assertIn((given["sgdm"], given["adam"]), [("1", "2"), ("2", "3")])

    @weight(3)
    @number("2.2")
    def test_sgdm_m(self):
        self.judge("sgdm-m", C * (1 - BETA**T) / (1 - BETA))

    @weight(5)
    @number("2.3")
    def test_sgdm_w(self):
        inner = T + 1 - (1 - BETA ** (T + 1)) / (1 - BETA)
        self.judge("sgdm-w", -ETA * C / (1 - BETA) * inner)

    @weight(3)
    @number("2.4")
    def test_adam_m(self):
        self.judge("adam-m", C * (1 - BETA_1**T))

    @weight(3)
    @number("2.5")
    def test_adam_v(self):
        self.judge("adam-v", C**2 * (1 - BETA_2**T))

    @weight(2)
    @number("2.6")
    def test_adam_m_hat(self):
        self.judge("adam-m-hat", C)

    @weight(2)
    @number("2.7")
    def test_adam_v_hat(self):
        self.judge("adam-v-hat", C**2)

    @weight(3)
    @number("2.8")
    def test_adam_w(self):
        self.judge("adam-w", -ETA * T)

    @weight(3)
    @number("2.9")
    def test_scaling(self):
        given = answers.fields(HANDED_IN["scaling"], ("SGDM", "Adam"))
        self.assertTrue(given["sgdm"].startswith(("proportional", "linear")))
        self.assertRegex(given["adam"], "independent|not")

    @weight(4)
    @number("3.1")
    def test_output_width(self):
        self.judge("output-width", sp.floor((W_IN + 2 * P - K) / S) + 1)

    @weight(3)
    @number("3.2")
    def test_input_width(self):
        self.judge("input-width", S * (W_OUT - 1) + K - 2 * P)

    @weight(6)
    @number("3.3")
    def test_receptive_field(self):
        j, i, layers = sp.symbols("j i L", positive=True, integer=True)
        sizes, strides = sp.IndexedBase("K"), sp.IndexedBase("S")
        expected = 1 + sp.Sum(
            (sizes[j] - 1) * sp.Product(strides[i], (i, 1, j - 1)), (j, 1, layers)
        )
        text = str(HANDED_IN["receptive-field"])
        for name in ("K", "S"):
            text = text.replace(f"{name}_j", f"{name}[j]").replace(f"{name}_i", f"{name}[i]")
        given = formula.parse(text, {"K": sizes, "S": strides, "L": layers, "j": j, "i": i})
        for count in (1, 2, 3):
            self.assertTrue(formula.equal(given.subs(layers, count), expected.subs(layers, count)))
