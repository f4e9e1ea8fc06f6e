"""What the upload service bears: students who all hand in within a minute, and check answers meanwhile.

    python -m benchmarks.service [--students 200] [--seconds 60] [--workers 2] [--waves 1]
                                 [--postgres | --database URL]

Server and worker run as `autograder serve` starts them, on loopback. Every student checks five answers
while they are typed and hands in PS09's written questions, at a time of their own. With `--waves` they
do so again and again, which shows whether memory grows. `--postgres` starts a PostgreSQL of its own.

Printed for each wave are the median and the 95th percentile of the acknowledgement (the submission is
on disk by then) and of the checks, every answer that was no success, the time until everything was
graded, and the memory of all processes at the peak (a shared page counted once; PostgreSQL's, too).
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from autograder.service.database import Database
from autograder.service.doors import Doors
from autograder.service.roster import enrol
from autograder.service.tables import Job, Person
from autograder.submission.roster import Student
from benchmarks.usage import Watch
from tests.service.postgres import Server

EXERCISE = "epfl-cs433-ps09"
ANSWERS = {
    "adam-m": ("c*(1-beta_1^t)", r"(1-\beta_1^t) c", "c*(1-beta_1)"),
    "adam-v": ("c^2*(1-beta_2^t)", r"c^2 - c^2 \beta_2^t", "c*(1-beta_2^t)"),
    "output-width": (
        "floor((W_in+2P-K)/S)+1",
        r"\lfloor (W_{in} + 2P - K)/S \rfloor + 1",
        "W_in/S",
    ),
    "sgdm-m": ("c*(1-beta^t)/(1-beta)", r"c \sum_{i=0}^{t-1} \beta^i", "c*t"),
}
CHECKS = 5


@dataclass
class Times:
    """Seconds of each kind of request, and what went wrong."""

    acknowledged: list[float] = field(default_factory=list)
    checked: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--waves", type=int, default=1)
    parser.add_argument("--database", default="")
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    print(f"load before the run: {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores")
    with contextlib.ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="autograder-load-")))
        url = options.database or f"sqlite:///{folder / 'service.db'}"
        if options.postgres:
            server = Server(durable=True)
            ends.callback(server.close)
            url = server.new_database("service")
        run(folder, url, options)


def run(folder: Path, url: str, options: argparse.Namespace) -> None:
    database = Database(url)
    database.upgrade()
    cookies = enrolled(database, options.students)
    port = free_port()
    serve = ["serve", EXERCISE, "--folder", str(folder), "--port", str(port), "--database", url]
    command = [sys.executable, "-m", "autograder", *serve, "--workers", str(options.workers)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            time.sleep(5)  # until the checkers have started
            kind = "SQLite" if database.is_sqlite else "PostgreSQL"
            print(
                f"{options.students} students in {options.seconds:g} s, {options.workers} workers, {kind}"
            )
            for wave in range(1, options.waves + 1):
                with Watch() as watch:
                    times = Times()
                    began = time.monotonic()
                    crowd(port, cookies, options.seconds, times)
                    wait_until_graded(database, wave * options.students)
                    took = time.monotonic() - began
                report(times, took, watch.peak)
        finally:
            server.terminate()


def report(times: Times, took: float, peak: int) -> None:
    print(f"  acknowledged  {len(times.acknowledged):5}  {spread(times.acknowledged)}")
    print(f"  checked       {len(times.checked):5}  {spread(times.checked)}")
    print(f"  problems      {len(times.problems):5}  {', '.join(sorted(set(times.problems)))}")
    print(f"  everything graded after {took:.1f} s; {peak / 2**20:.0f} MiB at the peak", flush=True)


def spread(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "too few"
    cuts = statistics.quantiles(seconds, n=20)
    return f"p50 {1e3 * cuts[9]:6.1f} ms  p95 {1e3 * cuts[18]:6.1f} ms  max {1e3 * max(seconds):6.1f} ms"


def enrolled(database: Database, count: int) -> list[tuple[str, str]]:
    """A cookie and its form token for each student."""
    doors = Doors(database)
    with database.begin() as session:
        enrol(session, [Student(f"Student {n}", str(n)) for n in range(count)])
        cookies = [doors.cookie(person) for person in session.scalars(select(Person))]
    return [(cookie, doors.form_token(cookie)) for cookie in cookies]


def crowd(port: int, cookies: Sequence[tuple[str, str]], seconds: float, times: Times) -> None:
    """Every student in a thread of their own."""
    threads = [
        threading.Thread(target=student, args=(port, *one, place, seconds, times))
        for place, one in enumerate(cookies)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def student(port: int, cookie: str, token: str, place: int, seconds: float, times: Times) -> None:
    chance = random.Random(place)
    moments = sorted(chance.uniform(0, seconds) for _ in range(CHECKS + 1))
    began = time.monotonic()
    for number, moment in enumerate(moments):
        time.sleep(max(0.0, began + moment - time.monotonic()))
        if number < CHECKS:
            question = chance.choice(list(ANSWERS))
            body = json.dumps({"answers": {question: chance.choice(ANSWERS[question])}})
            path = f"/exercises/{EXERCISE}/look/{question}"
            headers = {"Content-Type": "application/json", "X-Form-Token": token}
            ask(port, path, body.encode(), cookie, headers, 200, times.checked, times.problems)
        else:
            chosen = {name: chance.choice(texts) for name, texts in ANSWERS.items()}
            body, kind = multipart({"form_token": token, **chosen})
            path, headers = f"/exercises/{EXERCISE}/hand-in", {"Content-Type": kind}
            ask(port, path, body, cookie, headers, 303, times.acknowledged, times.problems)


def ask(
    port: int,
    path: str,
    body: bytes,
    cookie: str,
    headers: dict[str, str],
    wanted: int,
    seconds: list[float],
    problems: list[str],
) -> None:
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", path, body, {"Cookie": f"visit={cookie}", **headers})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        problems.append(type(error).__name__)
        return
    finally:
        connection.close()
    if answer.status == wanted:
        seconds.append(time.monotonic() - began)
    else:
        problems.append(f"status {answer.status}")


def multipart(fields: dict[str, str]) -> tuple[bytes, str]:
    boundary = secrets.token_hex(8)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "".join(
        [*parts, f"--{boundary}--\r\n"]
    ).encode(), f"multipart/form-data; boundary={boundary}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def wait_until_graded(database: Database, count: int) -> None:
    while True:
        with database.read() as session:
            if session.scalar(select(func.count()).where(Job.state == "done")) == count:
                return
        time.sleep(0.5)


if __name__ == "__main__":
    main()
