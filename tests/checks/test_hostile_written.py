"""Long and odd texts as answers to the written kinds: answered quickly, never a crash."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.outcome import Outcome

Answer = Callable[[str, str], Outcome]

KINDS = {
    "sequence": 'kind: sequence\nsymbols: {n: positive integer, "a[]": real}\nlength: n\nanswer: sum_{k=1}^{n} a_k\n',
    "tensor": "kind: tensor\nmembers: {x: [3, 3]}\nentries: {i: 3}\nanswer: x[i, 1]\nspellings: {x: ['X_{raw}']}\n",
    "derivation": "kind: derivation\nsymbols: {x: real}\nrandom: {x: {}}\nbegin: E[x]\nend: E[x]\nsteps: 1\n",
    "text": "kind: text\nrubric: [{says: a, keywords: [b]}]\n",
}
TEXTS = {
    "blanks": " " * 9_000 + "x",
    "lines": "answer\n" * 2_000,
    "commas": "," * 9_000,
    "loops": "for x in y " * 900,
    "equals": "for =" * 2_000 + ":",
    "brackets": "(" * 9_000,
    "words": "(word " * 1_500,
    "backslashes": "\\quad " * 1_500,
    "tower": "E[x]^9^9^9^9",
    "powers": "E[(x + 1)^200 (x + 2)^200 (x + 3)^200]",
    "sums": "sum_{k=1}^{10^9} sum_{j=1}^{10^9} x[1, 1]",
    "means": "E[" * 50 + "x" + "]" * 50,
    "null": "x\x00[1]",
    "def": "def f(" + "a, " * 3_000,
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_odd_text_gets_an_outcome(answer: Answer, kind: str, text: str) -> None:
    result = answer(KINDS[kind], TEXTS[text])
    assert result.outcome in ("unreadable", "wrong", "undecided", "partial", "person"), result
