"""Mutants of formulas and of code: each changes something, and the usual slips are among them."""

from __future__ import annotations

import ast

import pytest

from autograder.authoring.code_mutants import code_mutants
from autograder.authoring.mutants import mutants
from autograder.authoring.rewritings import rewritings
from autograder.submission.model import Source
from autograder.symbolic.compare import Comparer
from autograder.symbolic.domain import parse_domain
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.show import plain
from autograder.symbolic.table import SymbolTable

TABLE = SymbolTable(
    {name: parse_domain("positive integer") for name in "WKSPt"} | {"b": parse_domain("in (0, 1)")}
)


def shown(formula: str) -> dict[str, str]:
    return {plain(m.node): m.what for m in mutants(parse_formula(formula, TABLE), TABLE)}


@pytest.mark.parametrize(
    ("formula", "mutant", "what"),
    [
        ("W + K", "-(W + K)", "opposite sign"),
        ("W + K", "W", "a term dropped"),
        ("W + K", "W - K", "the sign of a term"),
        ("W*K", "K", "a factor dropped"),
        ("W - K", "K - W", "K and W swapped"),
        ("b^t", "b^(t + 1)", "t + 1 for t"),
        ("floor(W/S)", "ceil(W/S)", "ceil for floor"),
        ("floor(W/S)", "W/S", "floor dropped"),
        ("W/S", "S/W", "S and W swapped"),
        ("W + 2*P", "W + 3*P", "3 for 2"),
        ("sum_{k=1}^{5} b^k", "Σ_{k=1}^{5 - 1} b^k", "the last term left out"),
    ],
)
def test_the_usual_slips_are_mutants(formula: str, mutant: str, what: str) -> None:
    found = shown(formula)
    assert found.get(mutant) == what, found


def test_a_formula_is_no_mutant_of_itself() -> None:
    node = parse_formula("W/S + 1", TABLE)
    assert node not in [mutant.node for mutant in mutants(node, TABLE)]


@pytest.mark.parametrize(
    "formula", ["floor((W + 2*P - K)/S) + 1", "sum_{k=0}^{t-1} b^k*K/S", "-W*(1 - b^t)/(1 - b)"]
)
def test_rewritings_say_the_same(formula: str) -> None:
    node = parse_formula(formula, TABLE)
    texts = [rewriting.text for rewriting in rewritings(node, TABLE)]
    assert len(texts) == len(set(texts)) >= 6
    for text in texts:
        assert Comparer(TABLE).compare(node, parse_formula(text, TABLE)).equal, text


CODE = """
import torch.nn as nn

def helper(x):
    return x + 1

def train(model, loader, device="cpu", flag=True):
    model.train()
    total = 0
    for x, y in loader:
        loss = relu(norm(model(x)))
        loss.backward()
        total += loss
    return total / 10 if total > 3 else nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1, bias=False))
"""


def test_code_mutants_change_one_thing_in_the_definition() -> None:
    source = Source("cell 1", CODE)
    found = code_mutants([Source("cell 0", "import os"), source], "train", 1000)
    said = {mutant.what for mutant in found}
    assert {
        "model.train() left out",
        "loss.backward() left out",
        "total += loss left out",
        "nn.ReLU() left out",
        "bias=False left out",
        "Mult for Div",
        "LtE for Gt",
        "False for True",
        "11 for 10",
        "9 for 10",
        "norm(...) left out",
    } <= said
    kept = ast.unparse(ast.parse(CODE).body[1])
    for mutant in found:
        assert mutant.sources[0].text == "import os"
        assert kept in mutant.sources[1].text
        assert ast.dump(ast.parse(mutant.sources[1].text)) != ast.dump(ast.parse(CODE))


def test_code_mutants_are_spread_over_the_definition() -> None:
    source = Source("cell 1", CODE)
    few = code_mutants([source], "train", 5)
    assert 3 <= len(few) <= 5
    assert len({mutant.line for mutant in few}) >= 3


def test_what_is_not_defined_has_no_mutants() -> None:
    assert code_mutants([Source("cell 1", "%%bash\nls -l")], "train", 5) == []
