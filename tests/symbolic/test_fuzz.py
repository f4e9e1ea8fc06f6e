"""Ten thousand broken and hostile texts: each is read or refused, none crashes, hangs or runs."""

from __future__ import annotations

import functools
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.errors import FormulaError
from autograder.symbolic.compare import Comparer
from autograder.symbolic.domain import parse_domain
from autograder.symbolic.pair import read_table
from autograder.symbolic.reader import read_expression, read_statements
from autograder.symbolic.show import latex, plain
from autograder.symbolic.table import SymbolTable
from tests.symbolic.mutations import PIECES, mutants

PAIRS = Path(__file__).parent / "pairs"
ROWS = [
    json.loads(line)
    for path in sorted(PAIRS.glob("*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]
SYMBOLS = {row["student"]: row["symbols"] for row in ROWS}
SEEDS = sorted(SYMBOLS)
BATCHES = 8
PER_BATCH = 1250
# One in so many of the texts that can be read is also compared with the formula it came from.
COMPARED = 1
# Processor time for one text, so that a busy machine does not matter.
LONGEST = 2.0
FORBIDDEN = {"exec", "compile", "import", "open", "os.system", "subprocess.Popen", "socket.connect"}

_watching = False
_seen: list[str] = []


def _watch(event: str, details: object) -> None:
    if _watching and event in FORBIDDEN:
        _seen.append(f"{event}: {str(details)[:200]}")


sys.addaudithook(_watch)


@pytest.fixture
def watched() -> Iterator[None]:
    """Notes whatever is executed, imported or opened while the test runs."""
    global _watching
    # Modules that the engine loads when it first needs them are loaded before.
    for number, (original, text) in enumerate(mutants(readable(), 300, seed=99)):
        examine(original, text, number)
    _seen.clear()
    _watching = True
    yield
    _watching = False


def examine(original: str, text: str, number: int) -> None:
    """Read a text in every way, show it back, and compare it with what it was made from."""
    declared = read_table(SYMBOLS[original])
    closed = SymbolTable(declared.symbols, declared.families)
    for table in (declared, closed):
        try:
            node = read_expression(text, table).node
        except FormulaError as error:
            assert error.message and "\n" not in error.message
            assert 0 <= error.start <= len(error.source) and error.pointer()
            continue
        assert plain(node) and latex(node)
        if number % COMPARED == 0:
            expected = read_expression(original, declared).node
            comparer = Comparer(declared, cache=None)
            assert comparer.compare(expected, node).verdict in ("equal", "different", "undecided")
    try:
        read_statements(text, closed)
    except FormulaError as error:
        assert error.message


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_mutants_of_the_corpus_never_crash_hang_or_run(batch: int, watched: None) -> None:
    for number, (original, text) in enumerate(mutants(readable(), PER_BATCH, seed=batch)):
        started = time.process_time()
        try:
            examine(original, text, number)
        except Exception as error:
            raise AssertionError(
                f"{type(error).__name__} on {text!r} (from {original!r})"
            ) from error
        assert time.process_time() - started < LONGEST, f"{text!r} takes too long"
    assert not _seen


def test_heaps_of_pieces_never_crash(watched: None) -> None:
    chance = random.Random(11)
    for number in range(1000):
        text = chance.choice(("", " ")).join(chance.choices(PIECES, k=chance.randint(1, 15)))
        try:
            examine(readable()[number], text, number)
        except Exception as error:
            raise AssertionError(f"{type(error).__name__} on {text!r}") from error
    assert not _seen


@functools.cache
def readable() -> list[str]:
    """The corpus's own formulas that are read."""
    return [text for text in SEEDS if _is_readable(text)]


def _is_readable(text: str) -> bool:
    try:
        read_expression(text, read_table(SYMBOLS[text]))
    except FormulaError:
        return False
    return True


@pytest.mark.parametrize("phrase", PIECES)
def test_hostile_phrases_are_no_domains(phrase: str) -> None:
    with pytest.raises(ValueError, match="domain"):
        parse_domain(f"{phrase} x{phrase}")
