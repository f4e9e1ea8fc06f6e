"""One fork server for several graders, against one for each of them: time and memory.

    python -m benchmarks.shared_server [--graders 2] [--jobs 40]

So many processes grade at once, each making so many jobs with a student's definitions. Both sides run in
the same run, in turn; the ratios are theirs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from autograder.checks.tools import OPERATIONS, WARM
from autograder.sandbox.server import ForkServer
from autograder.sandbox.shared import SharedServer
from autograder.sandbox.source import JobSource
from benchmarks.sandbox import one_job

_SERVER = b"autograder.sandbox.server_main"


@dataclass(frozen=True)
class Cost:
    """Seconds until every grader had its first answer, and had done all; MiB of all fork servers."""

    first: float
    whole: float
    memory: float


def new_server() -> ForkServer:
    return ForkServer(operations=OPERATIONS, warm=WARM)


def grade(source: JobSource, jobs: int) -> None:
    """Be a grader: some jobs, telling when the first is done and waiting to be told to go on."""
    with source:
        one_job(source)
        print("first", flush=True)
        sys.stdin.readline()
        for _ in range(jobs - 1):
            one_job(source)
        print("done", flush=True)
        sys.stdin.readline()


@contextmanager
def graders(
    count: int, jobs: int, server: ForkServer | None
) -> Iterator[list[subprocess.Popen[str]]]:
    """So many processes that grade, with lines to a server where there is one."""
    with ExitStack() as stack:
        started = []
        for _ in range(count):
            with ExitStack() as ends:
                line = str(ends.enter_context(server.share()).fileno()) if server else ""
                process = subprocess.Popen(
                    [sys.executable, "-m", __spec__.name, "--jobs", str(jobs), "--be", line],
                    pass_fds=[int(line)] if line else [],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            started.append(stack.enter_context(process))
        yield started


def measure(count: int, jobs: int, *, shared: bool) -> Cost:
    with ExitStack() as stack:
        start = time.perf_counter()
        server = stack.enter_context(new_server()) if shared else None
        processes = stack.enter_context(graders(count, jobs, server))
        wait_for("first", processes)
        first = time.perf_counter() - start
        memory = server_memory()
        tell(processes)
        wait_for("done", processes)
        whole = time.perf_counter() - start
        tell(processes)
    return Cost(first, whole, memory)


def pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def tell(processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:
        stream, _ = pipes(process)
        stream.write("\n")
        stream.flush()


def wait_for(word: str, processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:
        said = pipes(process)[1].readline().strip()
        if said != word:
            raise RuntimeError(f"a grader said {said!r} in place of {word!r}")


def server_memory() -> float:
    """MiB of all fork servers of this program, pages that several share counted once among them."""
    total = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and is_ours(entry):
            text = (entry / "smaps_rollup").read_text()
            total += sum(int(x.split()[1]) for x in text.splitlines() if x.startswith("Pss:"))
    return total / 1024


def is_ours(entry: Path) -> bool:
    """Whether a process is a fork server that descends from this one."""
    try:
        if _SERVER not in (entry / "cmdline").read_bytes():
            return False
        pid = entry.name
        while pid not in ("0", "1"):
            pid = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
            if pid == str(Path("/proc/self").readlink()):
                return True
    except OSError:
        return False
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--graders", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=40)
    parser.add_argument("--be", metavar="LINE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.be is not None:
        grade(SharedServer(int(options.be)) if options.be else new_server(), options.jobs)
        return 0
    own = measure(options.graders, options.jobs, shared=False)
    one = measure(options.graders, options.jobs, shared=True)
    print(
        f"{options.graders} graders, {options.jobs} jobs each       own servers   one server   ratio"
    )
    for name, unit in (("first", "s"), ("whole", "s"), ("memory", "MiB")):
        there, here = getattr(own, name), getattr(one, name)
        print(f"  {name + ', ' + unit:28} {there:11.1f} {here:12.1f} {there / here:7.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
