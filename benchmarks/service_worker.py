"""What a worker of the upload service costs, beside `autograder grade` on the same submissions.

    python -m benchmarks.service_worker [--theory] [--code] [--count 200] [-j 2] [--database URL]

The class is made by `benchmarks.classroom`: PS09's written questions, and with `--code` a notebook each
(all exact checks of code; the questions that train networks are taken out of the exercise). Both sides
grade all of it in one run, one after the other, with as many processes; the worker's submissions lie in
the database before it starts. Printed are wall seconds, processor seconds, memory at the peak of all
processes (a shared page counted once), the ratios, and how many scores differ.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import yaml
from sqlalchemy import select

from autograder.checks.catalogue import load
from autograder.exercise.bundle import bundle_files, pack, unpack
from autograder.service.database import Database
from autograder.service.exercises import Exercises
from autograder.service.hand_in import accept
from autograder.service.tables import Job, Person
from benchmarks.classroom.bank import EXERCISE
from benchmarks.classroom.make import Made, make_class
from benchmarks.usage import Usage, measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--theory", dest="what", action="append_const", const="theory")
    parser.add_argument("--code", dest="what", action="append_const", const="code")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--database", default="", help="an empty one, in place of SQLite")
    options = parser.parse_args()
    print(f"load before the run: {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores")
    for what in options.what or ["theory", "code"]:
        with tempfile.TemporaryDirectory(prefix="worker-") as folder:
            compare(Path(folder), what, options)


def compare(folder: Path, what: str, options: argparse.Namespace) -> None:
    exercise = without_training(folder / "project")
    made = make_class(folder, options.count, code=what == "code")
    print(f"{len(made)} submissions, {what}, -j {options.jobs}")
    ours, scores = grade(folder, exercise, options.jobs)
    print(f"  autograder grade   {ours}", flush=True)
    theirs, others = work(folder, exercise, made, options)
    print(f"  autograder worker  {theirs}")
    differing = sum(scores[one.id] != others[one.id] for one in made)
    print(
        f"  worker / grade: {theirs.seconds / ours.seconds:.2f} in wall time, "
        f"{theirs.processor / ours.processor:.2f} in processor time; {differing} scores differ",
        flush=True,
    )


def without_training(folder: Path) -> Path:
    """The exercise without the questions that take minutes each."""
    copy = unpack(pack(bundle_files(load(EXERCISE))), folder)
    spec = yaml.safe_load((copy / "exercise.yaml").read_text(encoding="utf-8"))
    spec["questions"] = [q for q in spec["questions"] if q["kind"] not in ("training", "run")]
    (copy / "exercise.yaml").write_text(yaml.safe_dump(spec, allow_unicode=True), encoding="utf-8")
    return copy


def run(*arguments: str) -> Usage:
    usage = measured([sys.executable, "-m", "autograder", *arguments, "--device", "cpu"])
    if usage.code != 0:
        sys.exit(usage.output)
    return usage


def grade(folder: Path, exercise: Path, jobs: int) -> tuple[Usage, dict[str, float]]:
    out = folder / "graded"
    usage = run(
        "grade", str(exercise), str(folder / "submissions"), "-o", str(out), "-j", str(jobs)
    )
    scores = {
        path.parent.name: json.loads(path.read_text())["score"]
        for path in out.glob("submissions/*/results.json")
    }
    return usage, scores


def work(
    folder: Path, exercise: Path, made: list[Made], options: argparse.Namespace
) -> tuple[Usage, dict[str, float]]:
    database = Database(options.database or f"sqlite:///{folder / 'service.db'}")
    database.upgrade()
    loaded, exercises = load(exercise), Exercises(database)
    with database.begin() as session:
        exercises.publish(session, loaded)
        person = Person(role="student")
        session.add(person)
        session.flush()
        version = exercises.newest(session, loaded.id)
        assert version is not None
        names = {
            accept(database, session, person.id, version, files_of(one.folder), {}): one.id
            for one in made
        }
    usage = run("worker", "--database", database.url, "-j", str(options.jobs), "--until-idle")
    with database.read() as session:
        scores = {
            names[job.submission]: score(job, {q.id: q.points for q in loaded.questions})
            for job in session.scalars(select(Job))
        }
    exercises.close()
    database.close()
    return usage, scores


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def score(job: Job, points: dict[str, float]) -> float:
    outcomes = json.loads(job.record or "")["outcomes"]
    earned = sum(round((o["credit"] or 0.0) * points[o["question"]], 4) for o in outcomes)
    return round(earned, 6)


if __name__ == "__main__":
    main()
