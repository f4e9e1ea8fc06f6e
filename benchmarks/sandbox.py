"""What the sandbox costs: a fork to its first answer against a cold `import torch`, each layer, 200 jobs.

    python -m benchmarks.sandbox [--jobs 200] [--rounds 40]

Both sides of a ratio are measured in the same run. Everything a job could leave behind is counted before
and after the jobs; the program exits with 1 when something was left.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.checks.tools import OPERATIONS, WARM
from autograder.sandbox.job import Job
from autograder.sandbox.limits import Limits
from autograder.sandbox.server import ForkServer
from autograder.sandbox.source import JobSource

LOAD = "autograder.sandbox.loading:load"
SOURCES = [{"label": "answer.py", "text": "import torch\ndef f(x): return x + 1\n"}]
# What is left out, and how it is called here.
VARIANTS = (
    ((), "all layers"),
    (("namespaces",), "without namespaces"),
    (("own-user",), "without a user of its own"),
    (("landlock",), "chroot in place of Landlock"),
)


def milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def shown(values: Sequence[float]) -> str:
    return f"p50 {percentile(values, 0.5):7.1f} ms   p95 {percentile(values, 0.95):7.1f} ms"


def one_job(server: JobSource) -> tuple[float, float, Job]:
    """A job with a student's definitions: milliseconds to its first answer, and to its end."""
    jobs: list[Job] = []

    def answer() -> None:
        jobs.append(server.job(Limits(seconds=30)))
        jobs[0].call(LOAD, sources=SOURCES, names=["f"])

    first = milliseconds(answer)
    return first, milliseconds(jobs[0].close), jobs[0]


def cold_imports(rounds: int) -> list[float]:
    command = [sys.executable, "-c", "import torch"]
    return [milliseconds(lambda: subprocess.run(command, check=True)) for _ in range(rounds)]


def private_memory(pid: int) -> float:
    """MiB that a process shares with no other."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    rows = [line.split() for line in text.splitlines() if line.startswith("Private_")]
    return sum(int(row[1]) for row in rows) / 1024


def left_behind() -> dict[str, int]:
    """What exists now of everything a job could leave."""
    return {
        "processes": sum(entry.name.isdigit() for entry in Path("/proc").iterdir()),
        "files in /tmp": len(list(Path("/tmp").iterdir())),
        "shared memory": len(list(Path("/dev/shm").iterdir())),
        "own descriptors": len(list(Path("/proc/self/fd").iterdir())),
    }


def compare_starts(rounds: int) -> None:
    with ForkServer(operations=OPERATIONS, warm=WARM) as server:
        server.job().close()
        forks = [one_job(server)[:2] for _ in range(rounds)]
        cold = cold_imports(max(3, rounds // 8))
        first, ends = [pair[0] for pair in forks], [pair[1] for pair in forks]
        print(f"cold import torch             {shown(cold)}")
        print(f"fork to first answer          {shown(first)}")
        print(f"kill, reap, see it is gone    {shown(ends)}")
        ratio = percentile(cold, 0.5) / percentile(first, 0.5)
        print(f"ratio                         {ratio:.0f} times faster than a cold import (p50)")
        with server.job() as job:
            print(f"idle child                    {private_memory(job.pid):.1f} MiB of its own")


def compare_layers(rounds: int) -> None:
    """Each variant in turn, round by round, so that all see the same load."""
    servers = [ForkServer(operations=OPERATIONS, warm=WARM, without=w) for w, _ in VARIANTS]
    servers.append(ForkServer(operations=OPERATIONS, warm=WARM, confined=False))
    names = [name for _, name in VARIANTS] + ["no layers"]
    times: dict[str, list[float]] = {name: [] for name in names}
    try:
        for server in servers:
            server.job().close()
        for _ in range(rounds):
            for name, server in zip(names, servers, strict=True):
                times[name].append(one_job(server)[0])
    finally:
        for server in servers:
            server.close()
    plain = percentile(times["no layers"], 0.5)
    for name in names:
        more = percentile(times[name], 0.5) - plain
        print(f"  {name:28}  {shown(times[name])}   {more:+5.1f} ms")


def count_what_is_left(jobs: int) -> int:
    """The number of kinds of things that many jobs left behind."""
    with ForkServer(operations=OPERATIONS, warm=WARM) as server:
        server.job().close()
        before = left_behind()
        pids = [one_job(server)[2].pid for _ in range(jobs)]
        after = left_behind()
        alive = sum(Path(f"/proc/{pid}").exists() for pid in pids)
    print(f"{jobs} jobs in a row: {alive} of their processes are alive")
    # Other programs come and go; what the jobs left would be of their number.
    grown = {name: after[name] - before[name] for name in before}
    for name in grown:
        print(f"  {name:18} {before[name]:5} before, {after[name]:5} after")
    return (alive > 0) + sum(more >= jobs // 4 for more in grown.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    compare_starts(options.rounds)
    print("layers, fork to first answer:")
    compare_layers(options.rounds)
    return 1 if count_what_is_left(options.jobs) else 0


if __name__ == "__main__":
    sys.exit(main())
