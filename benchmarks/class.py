"""What grading a class costs: `autograder grade`, and beside it a process per submission, as others do it.

    python -m benchmarks.class [--theory] [--code] [--both] [--peers [N]] [--otter PROGRAM]
                                [--count 200] [-j 2] [--rounds 1]

The class is made by `benchmarks.classroom`: PS09's written questions (`--theory`), a notebook (`--code`:
all exact checks of code, no accuracies), and `--both`; all three by default. Printed are wall seconds,
processor seconds and memory at the peak of the whole tree of processes (a shared page counted once), the
median over the rounds, and how many answers got what the class's maker says they must get.

With `--peers`, the first N of the same submissions (all without N) go in the same run, as many at a time,
to gradescope-utils' runner in a process each, with tests as an instructor writes them: SymPy for formulas,
torch for code (`benchmarks/classroom/peer`; they leave out the data loaders, and recurrences). Ratios are
per submission.

With `--otter PROGRAM`, an `otter` that is installed somewhere (with gradescope-utils, SymPy
and torch beside it) grades the first few, too: every hand-in a notebook, the same tests as Otter's.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.classroom import otter
from benchmarks.classroom.bank import EXERCISE, LESS, ROOT, bank, fits
from benchmarks.classroom.make import Made, make_class
from benchmarks.usage import Usage, measured
from tests.corpus.case import PARTS

PEER = Path(__file__).parent / "classroom" / "peer"
SHOWN = 20
OTTER_COUNT = 10
THEORY, CODE = tuple(bank()), PARTS["all"]
QUESTIONS = {"theory": THEORY, "code": CODE, "both": (*THEORY, *CODE)}
NAMES = {"theory": "theory", "code": "a notebook's code", "both": "theory and a notebook"}


@dataclass(frozen=True)
class Plan:
    """One class to grade: its submissions, which questions, with how many processes."""

    what: str
    folder: Path
    made: list[Made]
    questions: tuple[str, ...]
    jobs: int
    otter: str = ""

    @property
    def select(self) -> str:
        """The questions as `-k` takes them, and not those whose ids hold theirs."""
        wanted = " or ".join(self.questions)
        return f"({wanted}) and not accuracy"


def main() -> None:
    options = arguments()
    print(f"load before the run: {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores")
    for what in options.what:
        with tempfile.TemporaryDirectory(prefix="class-") as folder:
            made = make_class(Path(folder), options.count, options.seed, code=what != "theory")
            questions = QUESTIONS[what]
            plan = Plan(what, Path(folder), made, questions, options.jobs)
            print(f"\n{len(made)} submissions, {NAMES[what]}, -j {plan.jobs}")
            ours = compared("autograder grade", plan, options.rounds, grade)
            if options.peers != 0:
                few = made[: options.peers] if options.peers > 0 else made
                part = Plan(plan.what, plan.folder, few, questions, plan.jobs)
                theirs = compared(
                    "a process each, gradescope-utils", part, options.rounds, grade_apart
                )
                ratios(ours, len(made), theirs, len(few))
            if options.otter:
                few = made[:OTTER_COUNT]
                part = Plan(plan.what, plan.folder, few, questions, plan.jobs, options.otter)
                theirs = compared("Otter, a notebook each", part, options.rounds, grade_otter)
                ratios(ours, len(made), theirs, len(few))


def compared(
    name: str, plan: Plan, rounds: int, contestant: Callable[[Plan, Path], Usage]
) -> Usage:
    """The median of some rounds, printed, and how many answers got what they must get."""
    found = []
    for number in range(rounds):
        out = plan.folder / f"{contestant.__name__}-{number}"
        out.mkdir()
        found.append(contestant(plan, out))
        others, total, decided = agreement(plan.made, plan.questions, out)
    median = Usage(
        statistics.median(usage.seconds for usage in found),
        statistics.median(usage.processor for usage in found),
        max(usage.memory for usage in found),
        0,
        "",
    )
    per = 1000 * median.processor / len(plan.made)
    print(f"{name:34}{len(plan.made):4} submissions {median}  {per:6.0f} ms each", flush=True)
    print(f"{'':34}{total - len(others)} of {total} answers as they must be, {decided} decided")
    if contestant is grade:
        print("\n".join(others[:SHOWN]), end="\n" if others else "")
    return median


def ratios(ours: Usage, count: int, theirs: Usage, few: int) -> None:
    wall = (theirs.seconds / few) / (ours.seconds / count)
    processor = (theirs.processor / few) / (ours.processor / count)
    print(f"{'':34}ratio {wall:.1f} in wall time, {processor:.1f} in processor time")


def grade(plan: Plan, out: Path) -> Usage:
    """`autograder grade` as users call it."""
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        str(EXERCISE),
        str(plan.folder / "submissions"),
    ]
    command += ["-o", str(out / "run"), "-j", str(plan.jobs), "-k", plan.select, "--device", "cpu"]
    usage = measured(command, cwd=ROOT)
    if usage.code != 0:
        sys.exit(f"autograder grade failed:\n{usage.output}")
    for made in plan.made:
        results = json.loads((out / "run" / "submissions" / made.id / "results.json").read_text())
        credits_given = {
            test["extra_data"]["question"]: test["extra_data"]["credit"]
            for test in results["tests"]
        }
        (out / f"{made.id}.json").write_text(json.dumps(credits_given))
    return usage


def grade_apart(plan: Plan, out: Path) -> Usage:
    """A process for each submission, so many at a time."""
    return _apart(plan, out, {})


def grade_otter(plan: Plan, out: Path) -> Usage:
    """`otter run` for each submission; making its archive is not counted."""
    archive = otter.make_archive(plan.otter, out, plan.what)
    return _apart(plan, out, {"otter": plan.otter, "archive": str(archive)})


def _apart(plan: Plan, out: Path, more: dict[str, str]) -> Usage:
    usage = measured(
        [sys.executable, "-m", __spec__.name, "--apart", _as_json(plan, out, more)], cwd=ROOT
    )
    if usage.code != 0:
        sys.exit(f"the peer failed:\n{usage.output}")
    for made in plan.made:
        path = out / f"{made.id}.results.json"
        tests = json.loads(path.read_text() or "{}").get("tests", []) if path.is_file() else []
        credits_given = {
            test["name"].split()[0].removeprefix("test_").replace("_", "-"): float(
                test["score"] >= test["max_score"]
            )
            for test in tests
            if "score" in test
        }
        (out / f"{made.id}.json").write_text(json.dumps(credits_given))
    return usage


def _as_json(plan: Plan, out: Path, more: dict[str, str]) -> str:
    jobs = [(str(made.folder), str(out / f"{made.id}.results.json")) for made in plan.made]
    return json.dumps({"what": plan.what, "jobs": jobs, "workers": plan.jobs, **more})


def apart(text: str) -> None:
    """Run the processes; in a process of its own, so that all can be measured together."""
    plan = json.loads(text)
    if "otter" in plan:
        otter.run_all(plan["otter"], Path(plan["archive"]), plan["jobs"], plan["workers"])
        return
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}

    def one(job: tuple[str, str]) -> None:
        command = [sys.executable, str(PEER / "run_tests.py"), plan["what"], *job]
        subprocess.run(command, env=environment, capture_output=True, timeout=600)

    with ThreadPoolExecutor(plan["workers"]) as pool:
        list(pool.map(one, plan["jobs"]))


def agreement(
    made: list[Made], questions: tuple[str, ...], out: Path
) -> tuple[list[str], int, int]:
    """The answers that did not get what they must get, of how many, and how many were decided."""
    others, total, decided = [], 0, 0
    for one in made:
        given = json.loads((out / f"{one.id}.json").read_text())
        for question in questions:
            total += 1
            credit, wanted = given.get(question), one.credits[question]
            decided += credit is not None
            if not fits(wanted, credit):
                less = "less than 1" if wanted == LESS else wanted
                others.append(f"{one.id} {question} ({one.sorts[question]}): {credit}, not {less}")
    return others, total, decided


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.class",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for what, name in NAMES.items():
        parser.add_argument(
            f"--{what}", dest="what", action="append_const", const=what, help=f"grade {name}"
        )
    parser.add_argument("--peers", nargs="?", type=int, const=-1, default=0, metavar="N")
    parser.add_argument("--otter", default="", metavar="PROGRAM", help="an installed `otter`")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--apart", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.apart:
        apart(options.apart)
        sys.exit()
    options.what = options.what or list(NAMES)
    return options


if __name__ == "__main__":
    main()
