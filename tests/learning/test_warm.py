"""What the fork server has loaded must do: inside a chroot nothing more can be imported."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

SCRIPT = """
import sys
from autograder.learning.warm import prepare
prepare()
sys.path[:] = []
sys.path_importer_cache.clear()

import torch
from PIL import Image, ImageOps
from torch.utils.data import DataLoader, TensorDataset, random_split
from torchvision import transforms
import numpy as np

image = Image.fromarray(np.arange(784, dtype=np.uint8).reshape(28, 28))
steps = transforms.Compose([
    transforms.Resize(32), transforms.RandomCrop(28), transforms.RandomAffine(10), transforms.Pad(2),
    transforms.Grayscale(3), transforms.RandomHorizontalFlip(), transforms.ToTensor(),
    transforms.Normalize((0.5,) * 3, (0.5,) * 3),
])
assert steps(image).shape == (3, 32, 32)
canvas = Image.new("L", (40, 40))
canvas.paste(image, (3, 3))
ImageOps.invert(canvas)
data = TensorDataset(torch.stack([steps(image)] * 6), torch.arange(6))
assert len(list(DataLoader(random_split(data, [4, 2])[0], 2, shuffle=True))) == 2
assert [transforms.ToPILImage()(steps(image)).size] == [(32, 32)]
for name in ("ascii", "latin-1", "cp437", "utf-16", "utf-32", "idna", "unicode_escape", "cp1252", "hex"):
    "x".encode(name) if name != "hex" else __import__("codecs").encode(b"x", name)
"""


def test_nothing_more_is_imported_for_images_and_loaders() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr[-2000:]
