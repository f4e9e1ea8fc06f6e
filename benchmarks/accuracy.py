"""How often the accuracy rule errs: by simulation, and by training the same models again and again.

    python benchmarks/accuracy.py simulate              error rates by how far a model truly is off
    python benchmarks/accuracy.py rerun [--runs 200]    a right MLP and a borderline one, really trained
    python benchmarks/accuracy.py spread [-k cnn]       the right models of PS09's accuracy questions

`rerun` trains each model with as many seeds, one thread, as `accuracy-mlp` of PS09 does, and then lets
the rule decide 10,000 times from runs drawn out of these, at two thresholds: where a calibration on the
first 20 runs of the right model puts it, its mean less 4.32 standard deviations (the one-sided tolerance
factor for 99.9 % of runs with 95 % confidence), and at the borderline model's own mean, the worst case
for a decision. The borderline model has no ReLU. `spread` trains the right model of each question with as
many seeds, all epochs, one thread, and prints what accuracies it reaches beside the question's figures.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import statistics
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from autograder.learning.accuracy import Rule  # noqa: E402

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
    """The accuracy of one run of the right MLP, or of the borderline one."""
    import torch

    from reference.mlp import get_mlp

    without_relu = lambda size: torch.nn.Sequential(  # noqa: E731
        *[layer for layer in get_mlp(size) if not isinstance(layer, torch.nn.ReLU)]
    )
    models = {"right": get_mlp, "borderline": without_relu}
    return one_run(_questions()["accuracy-mlp"], {"get_mlp": models[name]}, seed)


def spread(words: str, runs: int) -> None:
    """Train the right model of each accuracy question, with one seed after another."""
    from reference.cnn import get_cnn
    from reference.mlp import get_mlp
    from reference.resnet import get_model
    from reference.train_epoch import train_epoch

    right = {f.__name__: f for f in (get_mlp, get_cnn, get_model, train_epoch)}
    print("| question | runs | accuracies | least | most | threshold | spread | said to be |")
    print("|---|---|---|---|---|---|---|---|")
    for name, question in _questions().items():
        if words not in name:
            continue
        found = [100 * one_run(question, right, seed) for seed in range(runs)]
        mean, deviation = statistics.mean(found), statistics.stdev(found)
        print(
            f"| {name} | {runs} | {mean:.2f} % | {min(found):.1f} % | {max(found):.1f} % | "
            f"{100 * question.threshold:g} % | {deviation:.2f} points | {100 * question.spread:g} points |",
            flush=True,
        )


def _questions() -> dict[str, Any]:
    from autograder.checks.catalogue import load

    exercise = load(ROOT / "exercises" / "epfl-cs433-ps09")
    return {q.id: q for q in exercise.questions if q.kind == "training"}


def one_run(question: Any, names: dict[str, Any], seed: int) -> float:
    """The accuracy of one run with what `names` defines, by the operations that jobs are asked for."""
    import torch

    from autograder.learning.datasets import load_dataset
    from autograder.learning.probes import training
    from autograder.sandbox.loading import NAMESPACE

    torch.set_num_threads(1)
    setting, state = question.training, {NAMESPACE: {"": names}}
    data = load_dataset("digits").at_size(setting.image_size)
    with contextlib.redirect_stdout(io.StringIO()):
        training.begin(
            state, question.name, list(setting.arguments), setting.named,
            data.normalised(data.train_images), data.train_labels.astype(np.int64),
            data.normalised(data.test_images), 10, setting.epochs, setting.batch_size, setting.rate,
            seed, "cpu", 0, 1e9, question.loop, list(question.loop_arguments),
        )  # fmt: skip
        for _ in range(setting.epochs):
            predictions = training.advance(state)["predictions"]
    return float((predictions == data.test_labels).mean())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("simulate", "rerun", "spread"))
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--trials", type=int, default=100_000)
    parser.add_argument("--store", type=Path, default=Path("accuracy-runs.json"))
    parser.add_argument("-k", "--words", default="")
    options = parser.parse_args()
    if options.what == "simulate":
        simulate(options.trials)
    elif options.what == "spread":
        spread(options.words, options.runs)
    else:
        rerun(options.runs, options.store)


if __name__ == "__main__":
    main()
