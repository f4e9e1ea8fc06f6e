"""A coverage-guided fuzzer of the formula engine, for as long as one likes; never part of the tests.

    python benchmarks/fuzz_formulas.py [--seconds 600] [--seed 1]

Texts that reach a line of `autograder/symbolic` which no text before them reached join the corpus, and
later mutants are made from them more often. It needs nothing beside Python: lines are noted through
`sys.settrace`. A crash, or a text that takes over two seconds of processor time, is printed, and the
exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograder.errors import FormulaError  # noqa: E402
from autograder.symbolic.compare import Comparer  # noqa: E402
from autograder.symbolic.reader import read_expression  # noqa: E402
from autograder.symbolic.show import latex, plain  # noqa: E402
from autograder.symbolic.table import SymbolTable  # noqa: E402
from tests.symbolic.mutations import mutate  # noqa: E402
from tests.symbolic.test_fuzz import SEEDS  # noqa: E402

PACKAGE = str(ROOT / "autograder" / "symbolic")
LONGEST = 2.0
TABLE = SymbolTable(open=True)

Line = tuple[CodeType, int]


class Coverage:
    """The lines of the engine that have been reached."""

    def __init__(self) -> None:
        self.lines: set[Line] = set()
        self.fresh = 0

    def call(self, frame: FrameType, event: str, argument: Any) -> Any:
        """For `sys.settrace`: follow only the engine's own functions."""
        return self.line if frame.f_code.co_filename.startswith(PACKAGE) else None

    def line(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Note one line."""
        place = (frame.f_code, frame.f_lineno)
        if place not in self.lines:
            self.lines.add(place)
            self.fresh += 1
        return self.line


def examine(text: str, other: str) -> None:
    """Read two texts, show the first back, and compare them."""
    try:
        node = read_expression(text, TABLE).node
        plain(node), latex(node)
        Comparer(TABLE, cache=None).compare(read_expression(other, TABLE).node, node)
    except FormulaError as error:
        error.pointer()


def main() -> int:
    """Fuzz until the time is up; 1 when anything was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, coverage = random.Random(options.seed), Coverage()
    corpus, interesting = list(SEEDS), []
    started, tried, found = time.monotonic(), 0, 0
    while time.monotonic() - started < options.seconds:
        source = interesting if interesting and chance.random() < 0.6 else corpus
        text = chance.choice(source)
        for _ in range(chance.choice((1, 1, 2, 3))):
            text = mutate(text, corpus, chance)
        other, text = chance.choice(corpus), text[:3000]
        before, clock, tried = coverage.fresh, time.process_time(), tried + 1
        sys.settrace(coverage.call)
        try:
            examine(text, other)
        except Exception:
            sys.settrace(None)
            found += 1
            print(f"CRASH {text!r} against {other!r}\n{traceback.format_exc(limit=-3)}", flush=True)
        finally:
            sys.settrace(None)
        if time.process_time() - clock > LONGEST * 5:  # tracing costs several times the time itself
            found += slow(text, other)
        if coverage.fresh > before:
            interesting.append(text)
    lines, kept = len(coverage.lines), len(interesting)
    print(
        f"{tried} texts, {lines} lines reached, {kept} kept for what they reached, {found} faults"
    )
    return 1 if found else 0


def slow(text: str, other: str) -> int:
    """Time a text again without tracing; 1 when it really is slow."""
    clock = time.process_time()
    examine(text, other)
    taken = time.process_time() - clock
    if taken > LONGEST:
        print(f"SLOW {taken:.1f} s {text!r} against {other!r}", flush=True)
    return int(taken > LONGEST)


if __name__ == "__main__":
    sys.exit(main())
