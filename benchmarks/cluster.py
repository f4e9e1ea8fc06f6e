"""What a cluster costs beside this machine alone: `autograder grade` with either engine on one class.

    python -m benchmarks.cluster [--count 100] [-j 2] [--rounds 1]

The class is PS09's written questions (`benchmarks.classroom`), graded by the local engine and by Ray on
the same cores: on the cluster at RAY_ADDRESS, or on one that is started here and ended. Start-up is what
a class of one takes, the rest is per further submission; both in wall and processor seconds, the median
over the rounds. The results of both are compared byte for byte.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.classroom.bank import EXERCISE, ROOT, bank
from benchmarks.classroom.make import make_class
from benchmarks.usage import Usage, measured

ENGINES = ("local", "ray")


def main() -> None:
    options = arguments()
    print(f"load before the run: {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores")
    with tempfile.TemporaryDirectory(prefix="cluster-") as name:
        folder = Path(name)
        for count in (1, options.count):
            make_class(folder / f"class-{count}", count)
        found = {
            (engine, count): rounds(engine, folder, count, options)
            for count in (1, options.count)
            for engine in ENGINES
        }
        report(found, options.count)
        same = results(folder / f"local-{options.count}") == results(
            folder / f"ray-{options.count}"
        )
        print(
            f"{options.count} results are {'the same' if same else 'NOT the same'}, byte for byte"
        )
    sys.exit(not same)


def rounds(engine: str, folder: Path, count: int, options: argparse.Namespace) -> Usage:
    """The median of some rounds; the results of the last stay."""
    usages = []
    for number in range(options.rounds):
        out = folder / f"{engine}-{count}" / str(number)
        usages.append(grade(engine, folder / f"class-{count}" / "submissions", out, options.jobs))
    return Usage(
        statistics.median(usage.seconds for usage in usages),
        statistics.median(usage.processor for usage in usages),
        max(usage.memory for usage in usages),
        0,
        "",
    )


def grade(engine: str, submissions: Path, out: Path, jobs: int) -> Usage:
    """`autograder grade` as users call it."""
    command = [sys.executable, "-m", "autograder", "grade", str(EXERCISE), str(submissions)]
    command += ["-o", str(out), "-j", str(jobs), "-k", " or ".join(bank()), "--device", "cpu"]
    out.parent.mkdir(parents=True, exist_ok=True)
    usage = measured([*command, "--engine", engine], cwd=ROOT)
    if usage.code != 0:
        sys.exit(f"autograder grade --engine {engine} failed:\n{usage.output}")
    return usage


def report(found: dict[tuple[str, int], Usage], count: int) -> None:
    for engine in ENGINES:
        one, all_of_them = found[engine, 1], found[engine, count]
        print(f"{engine:6}{1:5} submission  {one}")
        print(f"{engine:6}{count:5} submissions {all_of_them}")
        each = 1000 * (all_of_them.seconds - one.seconds) / (count - 1)
        print(f"{'':6}{each:.0f} ms for each further one")
    (one, ray_one), (whole, ray_whole) = (
        [found[engine, number] for engine in ENGINES] for number in (1, count)
    )
    print(f"start-up: {ray_one.seconds - one.seconds:.1f} s more on a cluster")
    print(f"ratio for the class of {count}: {ray_whole.seconds / whole.seconds:.2f} in wall time")


def results(folder: Path) -> dict[str, bytes]:
    """Every submission's files of the last round."""
    last = max(folder.iterdir(), key=lambda path: int(path.name))
    return {
        path.relative_to(last).as_posix(): path.read_bytes()
        for path in sorted((last / "submissions").rglob("*"))
        if path.is_file()
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cluster",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("-j", "--jobs", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
