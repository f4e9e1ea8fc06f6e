"""Our engine and its peers on the same labelled pairs, in one run on one machine.

    python benchmarks/formulas.py [--peers] [--fields surds,sums] [--rounds 3] [--faults]

Always: `autograder compare --jsonl`, `sympy.simplify(a - b) == 0`, and SymPy's `.equals`. With --peers also
Math-Verify, which is installed into a folder that is thrown away. A peer lives in a process that is
killed after --limit seconds on one pair. Times of ours are the median over the rounds, each in a fresh
process, so that nothing is remembered from one round to the next.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAIRS = ROOT / "tests" / "symbolic" / "pairs"
SLOW = 30.0


@dataclass
class Result:
    """What one contestant said to each pair, and how long it took."""

    name: str
    verdicts: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    proofs: list[str | None] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def main() -> int:
    """Run all contestants and print the table."""
    options = arguments()
    pairs = load(options.fields.split(",") if options.fields else None)
    if options.sample:
        pairs = pairs[:: max(1, len(pairs) // options.sample)]
    print(
        f"{len(pairs)} pairs; load before the run: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    ours, spread = run_ours(pairs, options.rounds)
    results = [ours]
    if options.faults:
        print_faults(ours, pairs)
    if not options.only_ours:
        formulas = [pair for pair in pairs if pair["label"] != "invalid"]
        results += [run_peer(name, formulas, options.limit) for name in ("simplify", "equals")]
        if options.peers:
            with tempfile.TemporaryDirectory() as folder:
                install(folder)
                results.append(run_peer("math-verify", formulas, options.limit, folder))
    report(results, pairs)
    print(f"p50 of ours in each round: {', '.join(f'{value:.2f} ms' for value in spread)}")
    return 0


def arguments() -> argparse.Namespace:
    """The options of this run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--peers", action="store_true", help="also Math-Verify, installed for this run"
    )
    parser.add_argument("--fields", default="", help="only these fields, separated by commas")
    parser.add_argument(
        "--sample", type=int, default=0, help="only about so many pairs, spread evenly"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often ours is measured")
    parser.add_argument(
        "--limit", type=float, default=10.0, help="seconds a peer may take for a pair"
    )
    parser.add_argument(
        "--faults", action="store_true", help="list what ours gets wrong or does slowly"
    )
    parser.add_argument("--only-ours", action="store_true", help="leave the peers out")
    return parser.parse_args()


def load(fields: list[str] | None) -> list[dict[str, Any]]:
    """The labelled pairs of the given fields, or all."""
    return [
        json.loads(line)
        for path in sorted(PAIRS.glob("*.jsonl"))
        if fields is None or path.stem in fields
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def run_ours(pairs: list[dict[str, Any]], rounds: int) -> tuple[Result, list[float]]:
    """Ours, through the command that everyone calls; also the median of each round."""
    lines = "".join(json.dumps(pair) + "\n" for pair in pairs)
    answers = []
    for _ in range(rounds):
        done = subprocess.run(
            [sys.executable, "-m", "autograder", "compare", "--jsonl", "-"],
            input=lines,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
        )
        answers.append([json.loads(line) for line in done.stdout.splitlines()])
    times = [[answer["milliseconds"] for answer in one] for one in answers]
    result = Result(
        "autograder",
        [answer["verdict"] for answer in answers[0]],
        [statistics.median(column) for column in zip(*times, strict=True)],
        [answer["proof"] for answer in answers[0]],
        [answer["evidence"] for answer in answers[0]],
    )
    return result, [statistics.median(one) for one in times]


class Peer:
    """A peer's process; it is started again after it had to be killed."""

    def __init__(self, name: str, folder: str | None) -> None:
        self.command = [sys.executable, str(ROOT / "benchmarks" / "formula_peers.py"), name]
        path = [folder, str(ROOT)] if folder else [str(ROOT)]
        self.environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, pair: dict[str, Any], limit: float) -> dict[str, Any]:
        """The peer's answer, or `hung`."""
        process = self.process or self.start()
        assert process.stdin is not None
        process.stdin.write(json.dumps(pair).encode() + b"\n")
        process.stdin.flush()
        line = self.read(limit)
        if line is None:
            self.stop()
            return {"verdict": "hung", "milliseconds": limit * 1000}
        return json.loads(line)

    def start(self) -> subprocess.Popen[bytes]:
        """A fresh process that has loaded everything."""
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.environment,
            cwd=ROOT,
        )
        if self.read(120) is None:
            raise SystemExit(f"{' '.join(self.command)}: did not start")
        return self.process

    def read(self, seconds: float) -> bytes | None:
        """One line, or None when it is late or the process is gone."""
        assert self.process is not None
        assert self.process.stdout is not None
        deadline, line = time.monotonic() + seconds, b""
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                return None
            chunk = os.read(self.process.stdout.fileno(), 65536)
            if not chunk:
                return None
            line += chunk
        return line

    def stop(self) -> None:
        """Kill the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def run_peer(
    name: str, pairs: list[dict[str, Any]], limit: float, folder: str | None = None
) -> Result:
    """A peer on all the pairs, after one pair that warms it up."""
    result, peer = Result(name), Peer(name, folder)
    try:
        peer.ask({"expected": "x + x", "student": "2*x", "symbols": {}, "given": []}, 60)
        for pair in pairs:
            answer = peer.ask(pair, limit)
            verdict, _, reason = answer["verdict"].partition(": ")
            result.verdicts.append(verdict)
            result.notes.append(reason)
            result.milliseconds.append(answer["milliseconds"])
    finally:
        peer.stop()
    return result


def install(folder: str) -> None:
    """Math-Verify into a folder of its own."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--target",
            folder,
            "math-verify[antlr4_13_2]",
        ],
        check=True,
    )


def report(results: list[Result], pairs: list[dict[str, Any]]) -> None:
    """The table, the ratios to ours on the same pairs, and how ours was proved."""
    head = (
        "",
        "right",
        "accepted wrong",
        "rejected right",
        "undecided",
        "hung",
        "p50",
        "p95",
        "max",
    )
    rows = [head, *(row(result, pairs) for result in results)]
    widths = [max(len(line[place]) for line in rows) for place in range(len(head))]
    for line in rows:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))
    ours = results[0]
    own = [
        t for t, pair in zip(ours.milliseconds, pairs, strict=True) if pair["label"] != "invalid"
    ]
    for result in results[1:]:
        ratios = [share(result.milliseconds, q) / share(own, q) for q in (0.5, 0.95)]
        print(f"{result.name}: {ratios[0]:.1f} times ours at p50, {ratios[1]:.1f} times at p95")
        untold = Counter(result.verdicts)["no translation"]
        if untold:
            print(f"  ({untold} pairs have no translation for it and count as undecided)")
    accepted = [p for p, v in zip(ours.proofs, ours.verdicts, strict=True) if v == "equal"]
    counts = Counter(map(str, accepted))
    proved = 1 - counts["numeric"] / max(1, len(accepted))
    detail = ", ".join(f"{count} {word}" for word, count in counts.most_common())
    print(f"proved: {proved:.1%} of the {len(accepted)} that ours accepts ({detail})")


def row(result: Result, pairs: list[dict[str, Any]]) -> tuple[str, ...]:
    """A line of the table; a peer is not asked about texts that are no formulas."""
    asked = pairs if result.name == "autograder" else [p for p in pairs if p["label"] != "invalid"]
    told = list(zip(asked, result.verdicts, strict=True))
    right = sum(pair["label"] == verdict for pair, verdict in told)
    accepted = sum(pair["label"] != "equal" and verdict == "equal" for pair, verdict in told)
    rejected = sum(
        pair["label"] == "equal" and verdict in ("different", "invalid") for pair, verdict in told
    )
    hung = sum(verdict == "hung" for verdict in result.verdicts)
    undecided = sum(verdict in ("undecided", "no translation") for verdict in result.verdicts)
    counts = (f"{right}/{len(told)} ({right / len(told):.1%})", accepted, rejected, undecided, hung)
    times = [f"{share(result.milliseconds, q):.2f} ms" for q in (0.5, 0.95, 1.0)]
    return (result.name, *map(str, counts), *times)


def share(values: list[float], part: float) -> float:
    """The value that a part of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def print_faults(ours: Result, pairs: list[dict[str, Any]]) -> None:
    """What ours gets wrong, accepts without a proof, or takes long over."""
    everything = zip(pairs, ours.verdicts, ours.proofs, ours.milliseconds, ours.notes, strict=True)
    for pair, verdict, proof, milliseconds, evidence in everything:
        kinds = {
            "WRONG": verdict != pair["label"],
            "SLOW": milliseconds > SLOW,
            "UNPROVED": verdict == pair["label"] and proof == "numeric",
        }
        words = [word for word, holds in kinds.items() if holds]
        if words:
            texts = f"{pair['expected']}  |  {pair['student']}"
            domains = "; ".join(f"{name}: {phrase}" for name, phrase in pair["symbols"].items())
            given = f", given {'; '.join(pair['given'])}" if pair["given"] else ""
            took = f"{proof}, {milliseconds:.0f} ms"
            said = f"{verdict} ({took}), should be {pair['label']}: {evidence[:120]}"
            print(f"{'+'.join(words)} {pair['id']}  {texts}  [{domains}{given}]  {said}")


if __name__ == "__main__":
    sys.exit(main())
