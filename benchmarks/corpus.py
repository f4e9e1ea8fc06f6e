"""Which check catches which mistake: every mistake of tests/corpus, judged exactly and by accuracy alone.

    python -m benchmarks.corpus [-o docs/corpus.md] [--without-accuracy] [-k WORDS]

For each mistake: what the exact check gives and says, and whether the accuracy question passes it.
Accuracies are those of PS09's questions, which use no loader of a student's; a run ends as soon as its
outcome is certain. The right variants follow, which must lose nothing. Takes half an hour on a busy core,
nearly all of it training; with `--store FILE` it goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
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
    parser.add_argument("--store", type=Path, help="keeps each row as it is judged, to go on from")
    parser.add_argument("--without-accuracy", action="store_true")
    options = parser.parse_args()
    started = time.monotonic()
    exercise = _stopping_early(load(ROOT / "exercises" / "epfl-cs433-ps09"))
    cases = [case for case in MISTAKES if options.words in f"{case.cell} {case.name}"]
    stored = _stored(options.store)
    with Session() as session:
        rows = []
        for case in cases:
            row = stored.get((next(iter(case.wrong)), case.name))
            if row is None:
                row = _judged(case, exercise, session, not options.without_accuracy)
                _keep(row, options.store)
            rows.append(row)
        lost = None if options.words else list(_variants_that_lose(exercise, session))
    page = _page(rows, lost, round((time.monotonic() - started) / 60))
    if options.output:
        options.output.write_text(page, encoding="utf-8")
    print(page if not options.output else _summary(rows, lost))


def _stored(store: Path | None) -> dict[tuple[str, str], Row]:
    if store is None or not store.exists():
        return {}
    rows = [Row(**json.loads(line)) for line in store.read_text(encoding="utf-8").splitlines()]
    return {(row.part, row.name): row for row in rows}


def _keep(row: Row, store: Path | None) -> None:
    print(row.markdown(), file=sys.stderr, flush=True)
    if store is not None:
        with store.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def _stopping_early(exercise: Exercise) -> Exercise:
    """The exercise without leaderboards, so that a run ends as soon as its outcome is certain."""
    questions = [
        question.model_copy(update={"leaderboard": ""}) if question.kind == "training" else question
        for question in exercise.questions
    ]
    return exercise.model_copy(update={"questions": tuple(questions)})


@dataclass(frozen=True)
class Row:
    """A mistake and what each check made of it; `passes` is None where no accuracy was measured."""

    part: str
    name: str
    credit: float
    said: str
    accuracy: str = "—"
    passes: bool | None = None

    def markdown(self) -> str:
        cells = (self.part, self.name, f"{self.credit:g}", self.said, self.accuracy)
        return f"| {' | '.join(cells)} |"


def _judged(case: Case, exercise: Exercise, session: Session, measure: bool) -> Row:
    part = next(iter(case.wrong))
    exact = _outcome(case, exercise, session, part)
    said = exact.line.replace("|", "/").replace("\n", " ")
    said = said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}…"
    assert exact.credit is not None, exact
    name = ACCURACY.get(part)
    if name is None or not measure:
        return Row(part, case.name, exact.credit, said)
    outcome = _outcome(case, exercise, session, name)
    passes = outcome.credit == 1.0
    value = outcome.data.get("accuracy")
    shown = f"{100 * value:.1f} %" if value is not None else outcome.outcome
    verdict = "passes" if passes else "does not pass"
    return Row(part, case.name, exact.credit, said, f"{shown}, {verdict}", passes)


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


def _summary(rows: list[Row], lost: list[str] | None) -> str:
    lines = [
        "| part | mistakes | caught exactly | measured | accuracy passes |",
        "|---|---|---|---|---|",
    ]
    parts = dict.fromkeys(row.part for row in rows)
    lines += [_summary_row(part, [row for row in rows if row.part == part]) for part in parts]
    lines.append(_summary_row("all", rows))
    if lost is not None:
        lines += ["", f"Right variants that lose credit: {len(lost)} of {len(VARIANTS)}."]
        lines += [f"- {line}" for line in lost]
    return "\n".join(lines)


def _summary_row(name: str, rows: list[Row]) -> str:
    measured = [row for row in rows if row.passes is not None]
    passing = sum(bool(row.passes) for row in measured)
    caught = sum(row.credit < 1.0 for row in rows)
    return f"| {name} | {len(rows)} | {caught} | {len(measured)} | {passing} |"


def _page(rows: list[Row], lost: list[str] | None, minutes: int) -> str:
    head = [
        "# Which check catches which mistake",
        "",
        f"Made by `python -m benchmarks.corpus -o docs/corpus.md` in {minutes} minutes. The mistakes are",
        "those of `tests/corpus`: one notebook with a cell changed. *Credit* and *said* are the exact",
        "check's; *accuracy* is what the accuracy question of the same model or loop gives (— where there",
        "is none); a run ends as soon as its outcome is certain, so an accuracy may be an early epoch's.",
        "",
        _summary(rows, lost),
        "",
        "| part | mistake | credit | said | accuracy |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *(row.markdown() for row in rows)]) + "\n"


if __name__ == "__main__":
    main()
