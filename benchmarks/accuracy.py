"""How often the accuracy rule errs: by simulation, and by training the same models again and again.

    python benchmarks/accuracy.py simulate              error rates by how far a model truly is off
    python benchmarks/accuracy.py rerun [--runs 200]    a right MLP and a borderline one, really trained

`rerun` trains each model with as many seeds, one thread, as `accuracy-mlp` of PS09 does, and then lets
the rule decide 10,000 times from runs drawn out of these, at two thresholds: where a calibration on the
first 20 runs of the right model puts it, its mean less 4.32 standard deviations (the one-sided tolerance
factor for 99.9 % of runs with 95 % confidence), and at the borderline model's own mean, the worst case
for a decision. The borderline model has no ReLU.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from autograder.learning.accuracy import Rule

DECISIONS = ("reached", "undecided", "missed")
FACTOR = 4.32


def decide(rule: Rule, draw: Callable[[], float]) -> tuple[str, int]:
    """The decision on runs drawn one after another, and how many it took."""
    runs: list[float] = []
    while True:
        runs.append(draw())
        decision = rule.decide(runs)
        if decision != "again":
            return decision, len(runs)


def row(name: str, rule: Rule, draw: Callable[[], float], trials: int) -> str:
    """A row of a table: how often each decision falls, and the mean number of runs."""
    outcomes = [decide(rule, draw) for _ in range(trials)]
    counts = Counter(decision for decision, _ in outcomes)
    shares = " | ".join(f"{100 * counts[decision] / trials:.2f} %" for decision in DECISIONS)
    return f"| {name} | {shares} | {statistics.mean(n for _, n in outcomes):.2f} |"


def head(first: str) -> str:
    return f"| {first} | {' | '.join(DECISIONS)} | runs |\n|---|---|---|---|---|"


def simulate(trials: int) -> None:
    """Error rates for normal accuracies, by the true shift from the threshold in standard deviations."""
    chance = random.Random(0)
    rule = Rule(0.0, 1.0, 3)
    print(head("true mean less threshold, in s"))
    for shift in (6, 4, 3, 2, 1, 0, -1, -2, -3, -4, -6):
        print(row(f"{shift:+d}", rule, lambda shift=shift: chance.gauss(shift, 1.0), trials))


def rerun(runs: int, store: Path) -> None:
    """Train both models with every seed, then let the rule decide on the accuracies."""
    if store.exists():
        found = json.loads(store.read_text())
    else:
        found = {
            name: [train(name, seed) for seed in range(runs)] for name in ("right", "borderline")
        }
        store.write_text(json.dumps(found))
    calibration = found["right"][:20]
    mean, spread = statistics.mean(calibration), statistics.stdev(calibration)
    for name, accuracies in found.items():
        percent = [100 * accuracy for accuracy in accuracies]
        spread_of = f"{statistics.mean(percent):.2f} ± {statistics.stdev(percent):.2f} %"
        print(
            f"{name}: {len(percent)} runs, {spread_of}, {min(percent):.1f} to {max(percent):.1f} %  "
        )
    thresholds = {
        "calibrated": mean - FACTOR * spread,
        "at the borderline": statistics.mean(found["borderline"]),
    }
    print(f"spread from 20 runs: {100 * spread:.2f} points\n")
    print(
        head("model, threshold").replace(" runs |", " runs | one run passes | best of three |", 1)
        + "---|---|"
    )
    chance = random.Random(0)
    for place, threshold in thresholds.items():
        rule = Rule(threshold, spread, 3)
        for name, accuracies in found.items():
            words = f"{name}, {place} ({100 * threshold:.2f} %)"
            once = sum(accuracy >= threshold for accuracy in accuracies) / len(accuracies)
            best = 1 - (1 - once) ** 3
            decided = row(words, rule, lambda a=accuracies: chance.choice(a), 10_000)
            print(f"{decided} {100 * once:.1f} % | {100 * best:.1f} % |")


def train(name: str, seed: int) -> float:
    """The accuracy of one run, by the operations that jobs are asked for."""
    import torch

    from autograder.learning.datasets import load_dataset
    from autograder.learning.probes import training
    from autograder.sandbox.loading import NAMESPACE
    from reference.mlp import get_mlp

    torch.set_num_threads(1)
    without_relu = lambda size: torch.nn.Sequential(  # noqa: E731
        *[layer for layer in get_mlp(size) if not isinstance(layer, torch.nn.ReLU)]
    )
    state = {NAMESPACE: {"right": get_mlp, "borderline": without_relu}}
    data = load_dataset("digits").at_size(28)
    training.begin(
        state, name, [28], {}, data.normalised(data.train_images), data.train_labels.astype(np.int64),
        data.normalised(data.test_images), 10, 8, 32, 1e-3, seed, "cpu", 0, 1e9, "", [],
    )  # fmt: skip
    for _ in range(8):
        predictions = training.advance(state)["predictions"]
    return float((predictions == data.test_labels).mean())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("simulate", "rerun"))
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--trials", type=int, default=100_000)
    parser.add_argument("--store", type=Path, default=Path("accuracy-runs.json"))
    options = parser.parse_args()
    if options.what == "simulate":
        simulate(options.trials)
    else:
        rerun(options.runs, options.store)


if __name__ == "__main__":
    main()
