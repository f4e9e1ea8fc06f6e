"""`autograder compare EXPECTED STUDENT`: one formula against another, or a stream of pairs."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from autograder.symbolic.pair import Pair


@click.command()
@click.argument("expected", required=False)
@click.argument("student", required=False)
@click.option(
    "-s",
    "--symbols",
    multiple=True,
    metavar="TEXT",
    help="Domains, as in 'K, S: positive integer; t: in (0, 1)'. Others are real.",
)
@click.option(
    "-g", "--given", multiple=True, metavar="TEXT", help="A condition, as in 'W + 2*P >= K'."
)
@click.option(
    "--jsonl",
    type=click.File(encoding="utf-8", errors="replace"),
    help="Answer the pairs of this file of JSON lines ('-': standard input).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option("--strict", is_flag=True, help="Exit with 1 unless every pair is equal.")
def command(
    expected: str | None,
    student: str | None,
    symbols: tuple[str, ...],
    given: tuple[str, ...],
    jsonl: IO[str] | None,
    as_json: bool,
    strict: bool,
) -> int:
    """Decide whether the STUDENT's formula equals the EXPECTED one, and show the evidence.

    Formulas are plain text, LaTeX, Unicode or Python. With --jsonl, each line is an object with
    "expected" and "student", and "id", "symbols" and "given" where needed; see docs/compare.md. Put
    -- before formulas that begin with a minus.
    """
    from autograder.cli.app import FAILED, OK
    from autograder.errors import UsageError
    from autograder.symbolic.pair import Pair
    from autograder.symbolic.phrases import read_phrases, split_list

    phrases = read_phrases(symbols)
    conditions = [part for text in given for part in split_list(text, ";")]
    if jsonl is not None:
        if expected is not None or phrases or conditions:
            raise UsageError("with --jsonl, formulas, symbols and conditions stand in the lines")
        equal = _stream(jsonl)
    elif expected is None or student is None:
        raise UsageError("compare needs EXPECTED and STUDENT, or --jsonl FILE; see compare --help")
    else:
        equal = _one(Pair(expected, student, phrases, conditions), as_json)
    return FAILED if strict and not equal else OK


def _one(pair: Pair, as_json: bool) -> bool:
    from autograder.symbolic.jsonl import answer_object
    from autograder.symbolic.pair import compare_pair
    from autograder.symbolic.prover import Prover

    with Prover() as prover:
        answer = compare_pair(pair, prover, hints=not as_json)
    if as_json:
        click.echo(json.dumps(answer_object(None, answer)))
    else:
        from autograder.reports.console import console_for
        from autograder.reports.verdict import print_answer

        print_answer(answer, console_for())
    return answer.verdict == "equal"


def _stream(lines: IO[str]) -> bool:
    from autograder.symbolic.jsonl import answer_lines
    from autograder.symbolic.prover import Prover

    equal = True
    with Prover() as prover:
        for answer in answer_lines(lines, prover):
            click.echo(json.dumps(answer))
            equal = equal and answer["verdict"] == "equal"
    return equal
