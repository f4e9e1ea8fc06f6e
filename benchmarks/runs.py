"""The six accuracies that `epfl-cs433-ps09-runs` asks for, by the references on the shipped digits.

    python -m benchmarks.runs [--seeds 3] [--scale 28] [--epochs 20]

Two networks (the MLP and the CNN of PS09) on three versions of the data: an image in the middle of a
canvas twice as wide, one anywhere on it, and one whose pixels are shuffled in a fixed way, all with
Gaussian noise. `--scale` is the width of an image in pixels: the lab has 28, with noise of deviation 1;
smaller ones have as much less noise as they have fewer pixels. Prints each run, then mean, deviation and
range, and the differences between the versions that the exercise's rules are about.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "exercises" / "epfl-cs433-ps09")]

from given import modify  # noqa: E402

from autograder.learning.datasets import digits  # noqa: E402
from reference.cnn import get_cnn  # noqa: E402
from reference.mlp import get_mlp  # noqa: E402
from reference.train_epoch import train_epoch  # noqa: E402

LAB_WIDTH, LAB_NOISE = 28, 1.0
BATCH, RATE = 16, 1e-3
NETWORKS = {"mlp": get_mlp, "cnn": get_cnn}
VERSIONS: dict[str, dict[str, bool]] = {
    "baseline": {},
    "shifted": {"random_shift": True},
    "scrambled": {"scramble_image": True},
}


class Digits(torch.utils.data.Dataset[Any]):
    """The shipped digits under the signature of a torchvision data set; `root` is the width in pixels."""

    def __init__(self, root: int, train: bool, transform: None, download: bool) -> None:
        data = digits().at_size(root)
        images = data.train_images if train else data.test_images
        self.images = torch.from_numpy(data.normalised(images))
        self.labels = (data.train_labels if train else data.test_labels).astype(np.int64)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self.images[index], int(self.labels[index])


def accuracy(network: str, version: str, scale: int, epochs: int, seed: int) -> float:
    """Train once, as the notebook does, and return the share of the test images that is right."""
    torch.manual_seed(seed)
    noise = LAB_NOISE * scale / LAB_WIDTH
    options = {"img_size": 2 * scale, "noise": noise, **VERSIONS[version]}
    made = modify(Digits)
    train, test = (made(scale, split, None, **options) for split in (True, False))
    loader = torch.utils.data.DataLoader(train, BATCH, shuffle=True)
    model = NETWORKS[network](2 * scale)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * len(loader))
    for epoch in range(epochs):
        train_epoch(
            model, optimizer, schedule, nn.CrossEntropyLoss(), loader, epoch, torch.device("cpu")
        )
    model.eval()
    with torch.no_grad():
        pairs = list(torch.utils.data.DataLoader(test, 60))
        return float(np.mean([(model(x).argmax(1) == y).float().mean().item() for x, y in pairs]))


def runs(scale: int, epochs: int, seeds: int) -> Iterator[tuple[int, dict[tuple[str, str], float]]]:
    """For each seed, the six accuracies."""
    for seed in range(seeds):
        six = {}
        for network, version in itertools.product(NETWORKS, VERSIONS):
            started = time.monotonic()
            six[network, version] = accuracy(network, version, scale, epochs, seed)
            seconds = time.monotonic() - started
            shown = f"{100 * six[network, version]:.1f} %"
            print(f"seed {seed}  {network} {version:10}{shown:>8}  ({seconds:.0f} s)", flush=True)
        yield seed, six


def _line(name: str, values: list[float]) -> str:
    percent = [100 * value for value in values]
    spread = statistics.stdev(percent) if len(percent) > 1 else 0.0
    mean = statistics.mean(percent)
    return f"{name:40}{mean:7.1f}{spread:7.1f}   {min(percent):.1f} to {max(percent):.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--scale", type=int, default=LAB_WIDTH)
    parser.add_argument("--epochs", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = [six for _, six in runs(options.scale, options.epochs, options.seeds)]
    print(f"\n{'percent':40}{'mean':>7}{'sd':>7}   range")
    for network, version in itertools.product(NETWORKS, VERSIONS):
        print(_line(f"{network} {version}", [six[network, version] for six in found]))
    for network, version in itertools.product(NETWORKS, ("shifted", "scrambled")):
        lost = [six[network, "baseline"] - six[network, version] for six in found]
        print(_line(f"{network} loses when {version}", lost))


if __name__ == "__main__":
    main()
