"""How often similarity raises a false alarm, what it finds, and how long a large class takes.

    python benchmarks/similarity.py [--classes N] [--large N]

Classes are made of students who write the notebook of PS09, or answer a sheet of twenty formulas, each by
himself (tests/submission/similarity/writers.py and sheets.py). A copy is renamed, commented, indented
and spaced otherwise, its cells in another order; a copy of a sheet keeps 70 % of the answers.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from autograder.submission.model import Source  # noqa: E402
from autograder.submission.similarity.pairs import similar  # noqa: E402
from autograder.submission.similarity.work import Content, Work  # noqa: E402
from tests.submission.similarity.disguise import disguised  # noqa: E402
from tests.submission.similarity.sheets import copied, sheet  # noqa: E402
from tests.submission.similarity.writers import Writer, sources  # noqa: E402

FOLDER = ROOT / "exercises" / "epfl-cs433-ps09"
FILES = [FOLDER / "starter" / "ex09.py", *FOLDER.glob("*.py"), *(ROOT / "reference").glob("*.py")]
GIVEN = Content(code=tuple(Source(path.name, path.read_text()) for path in FILES))
COPIES = 3


def notebook(name: str, cells: Sequence[str]) -> Work:
    return Work(name, lambda: Content(code=sources(cells)))


def answers(name: str, said: Sequence) -> Work:
    return Work(name, lambda: Content(said=tuple(said)))


def code_class(first: int, size: int) -> tuple[list[Work], list[Work]]:
    """Independent notebooks, and disguised copies of the first few."""
    written = [Writer(first + n).solution() for n in range(size)]
    copies = [disguised(written[n], first + n) for n in range(COPIES)]
    return _named(notebook, written, copies)


def answer_class(first: int, size: int) -> tuple[list[Work], list[Work]]:
    """Independent sheets, and partial copies of the first few."""
    written = [sheet(first + n) for n in range(size)]
    copies = [copied(written[n], 10**6 + first + n, 0.7) for n in range(COPIES)]
    return _named(answers, written, copies)


def _named(make, written, copies) -> tuple[list[Work], list[Work]]:
    return (
        [make(f"s{n:04}", one) for n, one in enumerate(written)],
        [make(f"c{n:04}", one) for n, one in enumerate(copies)],
    )


def measure(make, size: int, classes: int) -> tuple[int, int]:
    """Classes with a false alarm, and copies found."""
    alarms = found = 0
    for number in range(classes):
        honest, copies = make(size * number, size)
        alarms += bool(similar(honest, GIVEN))
        pairs = {(pair.left, pair.right) for pair in similar([*honest, *copies], GIVEN)}
        found += sum((f"c{n:04}", f"s{n:04}") in pairs for n in range(COPIES))
    return alarms, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--classes", type=int, default=20)
    parser.add_argument("--large", type=int, default=2000)
    given = parser.parse_args()
    print("hand-ins   of        false alarms   copies found")
    for size in (10, 30, 100, 300):
        classes = max(2, min(given.classes, 1500 // size))
        for name, make in (("code", code_class), ("answers", answer_class)):
            alarms, found = measure(make, size, classes)
            copies = COPIES * classes
            print(f"{size:>8}   {name:8}  {alarms:>4} of {classes:<4}   {found:>4} of {copies}")
    works, _ = code_class(0, given.large)
    start = time.perf_counter()
    similar(works, GIVEN)
    print(f"{given.large} notebooks compared in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
