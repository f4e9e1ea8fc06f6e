"""`autograder compare`: one pair, a stream of pairs, and what goes wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from autograder.symbolic.jsonl import answer_lines
from tests.cli.test_app import call
from tests.conftest import ROOT

FIELDS = ["id", "verdict", "evidence", "proof", "counterexample", "milliseconds"]


def answers(*lines: object) -> list[dict[str, Any]]:
    return list(answer_lines(t if isinstance(t, str) else json.dumps(t) for t in lines))


def answer(expected: str, student: str, symbols: dict[str, str] | None = None, *given: str) -> Any:
    line = {"expected": expected, "student": student, "symbols": symbols or {}, "given": given}
    return answers(line)[0]


def test_one_pair_shows_both_formulas_the_verdict_and_a_counterexample() -> None:
    done = call(
        "compare", "-s", "W, S: positive integer", r"\lceil \frac{W}{S} \rceil", "floor(W/S) + 1"
    )
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["verdict", "different"]
    assert "expected ceil(W/S)" in lines
    assert "student  floor(W/S) + 1" in lines
    assert "at       S = 1, W = 1" in lines
    assert "\x1b" not in done.stdout


def test_conditions_take_part() -> None:
    arguments = [
        "compare",
        "floor((W - K)/S) + 1",
        "(W - K + S)/S",
        "-s",
        "W, K, S: positive integer",
    ]
    assert "different" in call(*arguments).stdout
    assert "equal" in call(*arguments, "--given", "W >= K; S divides W - K").stdout.splitlines()[0]


def test_an_answer_that_is_no_formula_is_invalid_and_shows_where() -> None:
    done = call("compare", "2*a*b", "2*a*(b")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].split() == ["verdict", "invalid"]
    assert "at 1:5: '(' is never closed" in done.stdout
    assert "2*a*(b" in done.stdout and "    ^" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x"], "compare needs EXPECTED and STUDENT"),
        (["x +", "x"], "the expected formula, at 1:3"),
        (["x", "x", "-s", "x"], "'x' has no domain; write 'K: positive integer'"),
        (["x", "x", "-s", "x: imaginary"], "unknown word 'imaginary' in a domain"),
        (["x", "x", "-s", "x: real; x: integer"], "'x' is declared twice"),
        (["x", "x", "-s", "{"], "this is not a JSON object"),
        (["x", "x", "-g", "x >"], "given 'x >'"),
        (["x", "x", "--jsonl", "no-such-file"], "No such file or directory"),
        (["x", "x", "--jsonl", "-"], "stand in the lines"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_4(arguments: list[str], words: str) -> None:
    done = call("compare", *arguments)
    assert done.returncode == 4
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_strict_makes_a_difference_an_exit_code() -> None:
    assert call("compare", "x + 1", "1 + x", "--strict").returncode == 0
    assert call("compare", "x + 1", "x", "--strict").returncode == 1


def test_json_for_one_pair() -> None:
    done = call("compare", "x + 1", "1 + x", "--json")
    assert list(json.loads(done.stdout)) == FIELDS


def test_symbols_as_json_and_families() -> None:
    symbols = '{"K[]": "positive integer", "s": "real"}'
    done = call("compare", "-s", symbols, "s*(K_1 + K_2)", "s K^{(2)} + s K[1]")
    assert done.stdout.splitlines()[0].split() == ["verdict", "equal"]


def test_each_line_is_answered_in_order_with_the_fields_in_order() -> None:
    found = answers(
        {"id": "a", "expected": "x + x", "student": "2*x"},
        {"id": 2, "expected": "x", "student": "-x", "source": "a field of the caller's"},
        {"id": None, "expected": "x", "student": "x)"},
    )
    assert [list(line) for line in found] == [FIELDS] * 3
    assert [line["id"] for line in found] == ["a", 2, None]
    assert [line["verdict"] for line in found] == ["equal", "different", "invalid"]
    assert found[1]["counterexample"] == {"point": {"x": "1"}, "expected": "1", "student": "-1"}
    assert found[2]["evidence"].startswith("not a formula, at 1:2")
    assert all(line["milliseconds"] >= 0 for line in found)


def test_proof_says_how() -> None:
    assert answer("x + 1", "x + 1")["proof"] == "structural"
    assert answer("x*(x + 1)", "x^2 + x")["proof"] == "exact"
    assert answer("x", "2*x")["proof"] is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: not JSON"),
        ("[1, 2]", "not a JSON object"),
        ("[" * 100_000, "not JSON that can be read"),
        ('{"id": NaN, "expected": "x", "student": "x"}', "NaN is no number there"),
        ('{"expected": "x"}', "'student' is needed"),
        ('{"expected": "x", "student": 3}', "'student' is needed, and is a text"),
        ('{"expected": "x", "student": "x", "symbol": {}}', "did you mean 'symbols'?"),
        ('{"expected": "x", "student": "x", "symbols": ["x"]}', "maps each name"),
        ('{"expected": "x", "student": "x", "symbols": {"x": 1}}', "maps each name"),
        (
            '{"expected": "x", "student": "x", "symbols": {"x+": "real"}}',
            "not the name of a symbol",
        ),
        ('{"expected": "x", "student": "x", "given": "x > 0"}', "is a list of conditions"),
        ('{"expected": "x", "student": "x", "given": ["x >"]}', "given 'x >'"),
        ('{"expected": "x", "student": "x", "syntax": "mathml"}', "is one of auto"),
        ('{"expected": "", "student": "x"}', "the expected formula, at 1:1"),
        (json.dumps({"expected": "x", "student": "x" * 2_000_000}), "longer than"),
    ],
)
def test_a_bad_line_is_answered_and_the_next_one_too(line: str, words: str) -> None:
    bad, good = answers(line, {"id": "next", "expected": "x", "student": "x"})
    assert bad["verdict"] == "undecided"
    assert words in bad["evidence"]
    assert good["verdict"] == "equal"


def test_our_failure_is_answered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder.symbolic import jsonl

    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(jsonl, "compare_pair", broken)
    (found,) = answers({"id": 7, "expected": "x", "student": "x"})
    assert (found["id"], found["verdict"]) == (7, "undecided")
    assert "the grader failed" in found["evidence"] and "boom" in found["evidence"]


def test_a_stream_is_answered_line_by_line() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "autograder", "compare", "--jsonl", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as running:
        assert running.stdin is not None and running.stdout is not None
        for number in range(3):
            line = {"id": number, "expected": "β*x", "student": "x*β"}
            running.stdin.write(json.dumps(line, ensure_ascii=False) + "\n")
            running.stdin.flush()
            # The next line is written only when this one has been answered.
            assert json.loads(running.stdout.readline())["id"] == number
        running.stdin.close()
        assert running.wait(timeout=30) == 0


def test_bytes_that_are_no_text_do_not_stop_the_stream() -> None:
    lines = b'{"id": 1, "expected": "x", "student": "\xff"}\n\n{"id": 2, "expected": "x", "student": "x"}\n'
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "compare", "--jsonl", "-"],
        input=lines,
        capture_output=True,
        cwd=ROOT,
        timeout=60,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["verdict"] for line in found] == ["invalid", "equal"]
    assert done.returncode == 0


def test_undeclared_names_are_real_and_read_alike_in_both_formulas() -> None:
    assert answer("2*a*b", "2ab")["verdict"] == "equal"
    assert answer("2ab", "2*a*b")["verdict"] == "equal"
    assert answer("xy", "yx")["verdict"] == "equal"
    assert answer(r"2 x y^2", "2xy^2")["verdict"] == "equal"
    assert answer("rate*t", "tear*t")["verdict"] == "different"
    assert answer("sqrt(x^2)", "x")["verdict"] == "different"


def test_a_misspelt_symbol_is_named() -> None:
    found = answer("W_in + 1", "Win + 1", {"W_in": "positive integer"})
    assert "did you mean W_in?" in found["evidence"]


def test_comparing_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom autograder.cli.app import run\nrun(['compare', 'x + 1', '1 + x'])\n"
        "heavy = {'torch', 'sympy', 'numpy', 'pydantic', 'yaml'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
