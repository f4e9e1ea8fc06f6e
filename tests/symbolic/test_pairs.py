"""The corpus of labelled pairs in `pairs/`: every one gets its label, and acceptance is proved.

Each row has an id, a field, both formulas, the symbols' domains, the conditions, a label (`equal`,
`different`, `invalid`) and why. The labels were checked apart from this engine, by exact arithmetic at
random points of the domains.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from autograder.symbolic.jsonl import answer_lines
from autograder.symbolic.prover import Prover

PAIRS = Path(__file__).parent / "pairs"
FIELDS = sorted(path.stem for path in PAIRS.glob("*.jsonl"))
ROWS = {
    field: [json.loads(line) for line in (PAIRS / f"{field}.jsonl").read_text("utf-8").splitlines()]
    for field in FIELDS
}
LEAST_PROVED = 0.9
_answers: dict[str, list[dict[str, Any]]] = {}


def answers(field: str, prover: Prover) -> list[dict[str, Any]]:
    """What `compare` says to a field's pairs; each is judged once for all tests."""
    if field not in _answers:
        _answers[field] = list(answer_lines(map(json.dumps, ROWS[field]), prover))
    return _answers[field]


@pytest.mark.parametrize("field", FIELDS)
def test_every_pair_gets_its_label(field: str, prover: Prover) -> None:
    wrong = [
        f"{row['id']}: {row['expected']}  |  {row['student']}: {said['verdict']} ({said['evidence']}), not {row['label']}"
        for row, said in zip(ROWS[field], answers(field, prover), strict=True)
        if said["verdict"] != row["label"]
    ]
    assert not wrong, "\n".join(wrong)


def test_what_is_accepted_is_proved(prover: Prover) -> None:
    proofs = Counter(
        said["proof"]
        for field in FIELDS
        for said in answers(field, prover)
        if said["verdict"] == "equal"
    )
    assert set(proofs) <= {"structural", "exact", "sympy", "numeric"}
    assert 1 - proofs["numeric"] / proofs.total() >= LEAST_PROVED, proofs


@pytest.mark.parametrize("field", FIELDS)
def test_a_difference_comes_with_its_counterexample(field: str, prover: Prover) -> None:
    for row, said in zip(ROWS[field], answers(field, prover), strict=True):
        if said["verdict"] == "different" and said["counterexample"] is not None:
            assert said["counterexample"]["expected"] != said["counterexample"]["student"], row
        else:
            assert said["verdict"] != "different" or said["evidence"], row
            assert said["counterexample"] is None, row


def test_the_corpus_is_large_balanced_and_well_formed() -> None:
    rows = [row for field in FIELDS for row in ROWS[field]]
    assert len(rows) >= 1500
    assert len({row["id"] for row in rows}) == len(rows)
    labels = Counter(row["label"] for row in rows)
    assert set(labels) == {"equal", "different", "invalid"}
    assert 0.4 <= labels["equal"] / len(rows) <= 0.6
    names = {"id", "field", "expected", "student", "symbols", "given", "label", "why"}
    assert all(set(row) == names and row["why"] for row in rows)
