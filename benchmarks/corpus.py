"""Which check catches which mistake: every mistake of tests/corpus, judged exactly and by accuracy alone.

    python benchmarks/corpus.py [-o docs/corpus.md] [--without-accuracy] [-k WORDS]

For each mistake: what the exact check gives and says, and whether the accuracy question passes it.
Accuracies are those of PS09's questions; loaders are not touched by these. The right variants follow,
which must lose nothing. Takes about half an hour on one core, nearly all of it training.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from autograder.checks.catalogue import load  # noqa: E402
from autograder.checks.outcome import Outcome  # noqa: E402
from autograder.exercise.model import Exercise  # noqa: E402
from autograder.grading.session import Session  # noqa: E402
from tests.corpus import MISTAKES, VARIANTS  # noqa: E402
from tests.corpus.case import Case  # noqa: E402
from tests.corpus.judge import grade_case, mismatches  # noqa: E402

ACCURACY = {
    "mlp": "accuracy-mlp",
    "cnn": "accuracy-cnn",
    "train-epoch": "accuracy-resnet",
    "residual-block": "accuracy-resnet",
}
SHOWN = 110


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("-k", "--words", default="")
    parser.add_argument("--without-accuracy", action="store_true")
    options = parser.parse_args()
    exercise = _stopping_early(load(ROOT / "exercises" / "epfl-cs433-ps09"))
    cases = [case for case in MISTAKES if options.words in f"{case.cell} {case.name}"]
    started = time.monotonic()
    with Session() as session:
        rows = [_judged(case, exercise, session, not options.without_accuracy) for case in cases]
        lost = [] if options.words else list(_variants_that_lose(exercise, session))
    page = _page(rows, lost, time.monotonic() - started)
    if options.output:
        options.output.write_text(page, encoding="utf-8")
    print(page if not options.output else _summary(rows, lost))


def _stopping_early(exercise: Exercise) -> Exercise:
    """The exercise without leaderboards, so that a run ends as soon as its outcome is certain."""
    questions = [
        question.model_copy(update={"leaderboard": ""}) if question.kind == "training" else question
        for question in exercise.questions
    ]
    return exercise.model_copy(update={"questions": tuple(questions)})


class Row:
    """A mistake and what each check made of it."""

    def __init__(self, case: Case, part: str, exact: Outcome, accuracy: Outcome | None) -> None:
        self.case, self.part, self.exact, self.accuracy = case, part, exact, accuracy

    @property
    def caught(self) -> bool:
        """Whether the exact check took credit."""
        return self.exact.credit is not None and self.exact.credit < 1.0

    @property
    def passes(self) -> bool | None:
        """Whether the accuracy is enough for full credit; None where none was measured."""
        return None if self.accuracy is None else self.accuracy.credit == 1.0

    def markdown(self) -> str:
        said = self.exact.line.replace("|", "/").replace("\n", " ")
        said = said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}…"
        cells = (self.part, self.case.name, f"{self.exact.credit:g}", said, self._accuracy())
        return f"| {' | '.join(cells)} |"

    def _accuracy(self) -> str:
        if self.accuracy is None:
            return "—"
        value = self.accuracy.data.get("accuracy")
        shown = f"{100 * value:.1f} %" if value is not None else self.accuracy.outcome
        return f"{shown}, {'passes' if self.passes else 'does not pass'}"


def _judged(case: Case, exercise: Exercise, session: Session, measure: bool) -> Row:
    part = next(iter(case.wrong))
    exact = _outcome(case, exercise, session, part)
    name = ACCURACY.get(part)
    accuracy = _outcome(case, exercise, session, name) if name and measure else None
    row = Row(case, part, exact, accuracy)
    print(row.markdown(), file=sys.stderr, flush=True)
    return row


def _outcome(case: Case, exercise: Exercise, session: Session, part: str) -> Outcome:
    return next(
        o for o in grade_case(case, exercise, session, [part]).outcomes if o.question == part
    )


def _variants_that_lose(exercise: Exercise, session: Session) -> Iterator[str]:
    for case in VARIANTS:
        yield from (
            f"{case.cell}: {case.name}: {m}"
            for m in mismatches(case, grade_case(case, exercise, session))
        )


def _summary(rows: list[Row], lost: list[str]) -> str:
    lines = [
        "| part | mistakes | caught exactly | measured | accuracy passes |",
        "|---|---|---|---|---|",
    ]
    parts = dict.fromkeys(row.part for row in rows)
    lines += [_summary_row(part, [row for row in rows if row.part == part]) for part in parts]
    lines.append(_summary_row("all", rows))
    lines += ["", f"Right variants that lose credit: {len(lost)} of {len(VARIANTS)}."]
    return "\n".join([*lines, *(f"- {line}" for line in lost)])


def _summary_row(name: str, rows: list[Row]) -> str:
    measured = [row for row in rows if row.passes is not None]
    passing = sum(bool(row.passes) for row in measured)
    return f"| {name} | {len(rows)} | {sum(r.caught for r in rows)} | {len(measured)} | {passing} |"


def _page(rows: list[Row], lost: list[str], seconds: float) -> str:
    head = [
        "# Which check catches which mistake",
        "",
        f"Made by `python benchmarks/corpus.py -o docs/corpus.md` in {seconds / 60:.0f} minutes.",
        "The mistakes are those of `tests/corpus`: one notebook with a cell changed. *Credit* and *said*",
        "are the exact check's; *accuracy* is what the accuracy question of the same model or loop gives.",
        "",
        _summary(rows, lost),
        "",
        "| part | mistake | credit | said | accuracy |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *(row.markdown() for row in rows)]) + "\n"


if __name__ == "__main__":
    main()
