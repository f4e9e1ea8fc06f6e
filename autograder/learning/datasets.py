"""The data sets: MNIST and FashionMNIST from their files where they are, digits everywhere.

The embedded default is the optical-recognition set of handwritten digits (UCI; 1797 images of 8×8,
as scikit-learn ships them). A fifth of it is held out: its labels never enter a sandbox.

    AUTOGRADER_DATA/MNIST/raw/train-images-idx3-ubyte[.gz] ...
    AUTOGRADER_DATA/FashionMNIST/raw/...
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from autograder.learning.idx import read_idx, write_idx
from autograder.learning.images import resize

Array = np.ndarray[Any, Any]
Name = Literal["digits", "mnist", "fashion-mnist"]

CLASSES: Final = 10
FOLDERS: Final = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST"}
# Mean and standard deviation of the training pixels, scaled to [0, 1].
STATISTICS: Final[dict[str, tuple[float, float]]] = {
    "digits": (0.3050, 0.3760),
    "mnist": (0.1307, 0.3081),
    "fashion-mnist": (0.286041, 0.353024),
}
_DIGITS: Final = Path(__file__).parent / "data" / "digits.npz"
_DIGIT_LEVELS: Final = 16
_VISIBLE_STEP: Final = 4
_FILES: Final = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


@dataclass(frozen=True)
class Dataset:
    """Greyscale images as bytes (N, h, w) with labels (N,); `name` says what they really are."""

    name: Name
    train_images: Array
    train_labels: Array
    test_images: Array
    test_labels: Array

    def at_size(self, size: int) -> Dataset:
        """The same data with square images of this size."""
        return Dataset(
            self.name,
            resize(self.train_images, size),
            self.train_labels,
            resize(self.test_images, size),
            self.test_labels,
        )

    def normalised(self, images: Array) -> Array:
        """Images as (N, 1, h, w) floats of mean 0 and deviation 1 over the training set."""
        mean, deviation = STATISTICS[self.name]
        scaled = (images.astype(np.float32) / 255.0 - mean) / deviation
        result: Array = scaled[:, None].astype(np.float32)
        return result


def load_dataset(name: Name, folder: Path | None = None) -> Dataset:
    """The data set of this name, or the digits where its files are not there.

    Raises:
        UsageError: the files are there but damaged.
    """
    raw = None if name == "digits" else _raw_folder(name, folder)
    if raw is None:
        return digits()
    arrays = [read_idx(_existing(raw, file)) for file in _FILES]
    return Dataset(name, arrays[0], arrays[1], arrays[2], arrays[3])


def data_files(name: str) -> list[Path]:
    """The files that a data set is read from; none where the digits stand in for it."""
    raw = _raw_folder(name, None) if name in FOLDERS else None
    return [] if raw is None else [_existing(raw, file) for file in _FILES]


def digits() -> Dataset:
    """The embedded digits: every fifth image is held out as the test set."""
    images, labels = _all_digits()
    held_out = np.arange(len(labels)) % 5 == 0
    return Dataset(
        "digits", images[~held_out], labels[~held_out], images[held_out], labels[held_out]
    )


def _all_digits() -> tuple[Array, Array]:
    with np.load(_DIGITS, allow_pickle=False) as stored:
        images, labels = stored["images"], stored["labels"]
    return (images.astype(np.uint16) * 255 // _DIGIT_LEVELS).astype(np.uint8), labels


def _raw_folder(name: str, folder: Path | None) -> Path | None:
    """Where the files of a data set lie, if they do."""
    base = folder or (
        Path(os.environ["AUTOGRADER_DATA"]) if os.environ.get("AUTOGRADER_DATA") else None
    )
    if base is None:
        return None
    raw = base / FOLDERS[name] / "raw"
    complete = all(_existing(raw, file).is_file() for file in _FILES)
    return raw if complete else None


def _existing(raw: Path, file: str) -> Path:
    plain = raw / file
    return plain if plain.is_file() else raw / f"{file}.gz"


@cache
def visible(name: str) -> Dataset:
    """The data that student code may read under a torchvision name, at 28×28.

    It is made of every fourth of the digits that are not held out: enough for several batches, and code
    that reads all of it beforehand is soon done. Four fifths are the training split, the rest is the test
    split. `FashionMNIST` has the same digits as negatives, so that the two can be told apart.
    """
    data = digits()
    few = slice(None, None, _VISIBLE_STEP)
    images, labels = resize(data.train_images[few], 28), data.train_labels[few]
    if name == "FashionMNIST":
        images = 255 - images
    test = np.arange(len(labels)) % 5 == 1
    return Dataset("digits", images[~test], labels[~test], images[test], labels[test])


def spread(length: int, count: int) -> list[int]:
    """So many places of a data set of this length, the first, the last and evenly between."""
    last, steps = length - 1, max(1, count - 1)
    return sorted({last * step // steps for step in range(count)}) if length > 0 else []


def write_visible(folder: Path) -> None:
    """Write the visible data as the MNIST-format files that torchvision reads."""
    for name in FOLDERS.values():
        raw, data = folder / name / "raw", visible(name)
        raw.mkdir(parents=True, exist_ok=True)
        arrays = (data.train_images, data.train_labels, data.test_images, data.test_labels)
        for file, array in zip(_FILES, arrays, strict=True):
            write_idx(raw / file, array)
