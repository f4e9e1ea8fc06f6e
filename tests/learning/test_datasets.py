from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from autograder.errors import UsageError
from autograder.learning.datasets import STATISTICS, digits, load_dataset, visible, write_visible
from autograder.learning.idx import read_idx, write_idx
from autograder.learning.images import resize


def test_the_digits_are_those_of_scikit_learn() -> None:
    from sklearn.datasets import load_digits

    original, ours = load_digits(), digits()
    images = np.concatenate([ours.train_images, ours.test_images])
    assert len(images) == 1797
    held_out = np.arange(1797) % 5 == 0
    assert np.array_equal(ours.test_labels, original.target[held_out])
    assert np.array_equal(
        ours.test_images, (original.images[held_out] * 255 // 16).astype(np.uint8)
    )
    assert np.array_equal(ours.train_labels, original.target[~held_out])


def test_every_class_is_held_out_often_enough() -> None:
    data = digits()
    assert (len(data.train_labels), len(data.test_labels)) == (1437, 360)
    assert np.bincount(data.test_labels, minlength=10).min() >= 20


def test_statistics_normalise() -> None:
    data = digits()
    pixels = data.normalised(data.train_images)
    assert pixels.shape == (1437, 1, 8, 8)
    assert pixels.dtype == np.float32
    assert abs(float(pixels.mean())) < 0.01
    assert abs(float(pixels.std()) - 1) < 0.01
    assert set(STATISTICS) == {"digits", "mnist", "fashion-mnist"}


def test_the_visible_files_hold_no_held_out_image() -> None:
    held_out = {image.tobytes() for image in digits().at_size(28).test_images}
    for name in ("MNIST", "FashionMNIST"):
        data = visible(name)
        shown = np.concatenate([data.train_images, data.test_images])
        if name == "FashionMNIST":
            shown = 255 - shown
        assert len(shown) == 360
        assert not held_out & {image.tobytes() for image in shown}


def test_visible_files_are_mnist_files(tmp_path: Path) -> None:
    write_visible(tmp_path)
    images = read_idx(tmp_path / "MNIST" / "raw" / "train-images-idx3-ubyte")
    labels = read_idx(tmp_path / "MNIST" / "raw" / "train-labels-idx1-ubyte")
    assert images.shape == (len(labels), 28, 28)
    assert np.array_equal(images, visible("MNIST").train_images)


def test_real_files_are_used_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_visible(tmp_path)
    raw = tmp_path / "FashionMNIST" / "raw"
    for path in list(raw.iterdir()):
        (raw / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    assert load_dataset("fashion-mnist").name == "fashion-mnist"
    assert load_dataset("mnist").name == "mnist"
    monkeypatch.delenv("AUTOGRADER_DATA")
    assert load_dataset("mnist").name == "digits"


@pytest.mark.parametrize("shape", [(5,), (2, 3), (4, 28, 28), (0, 28, 28)])
@pytest.mark.parametrize("name", ["a-ubyte", "a-ubyte.gz"])
def test_idx_files_come_back_as_they_were(
    tmp_path: Path, shape: tuple[int, ...], name: str
) -> None:
    array = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    write_idx(tmp_path / name, array)
    assert np.array_equal(read_idx(tmp_path / name), array)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an IDX file"),
        (b"\0\0\x08\x03\0\0", "cut off"),
        (b"\0\0\x08\x01\0\0\0\x05abc", "cut off"),
        (b"\0\0\x0d\x01\0\0\0\x01a", "not an IDX file"),
        (b"\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "cut off"),
    ],
)
def test_damaged_idx_files_are_refused(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a-ubyte"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=words):
        read_idx(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_idx(tmp_path / "missing")


def test_resizing_keeps_brightness_and_place() -> None:
    image = np.zeros((1, 8, 8), np.uint8)
    image[0, 2:4, 5:7] = 200
    larger = resize(image, 28)
    assert larger.shape == (1, 28, 28)
    assert abs(larger.mean() - image.mean()) < 3
    rows, columns = np.nonzero(larger[0] > 100)
    assert 7 <= rows.min() <= rows.max() <= 14
    assert 17 <= columns.min() <= columns.max() <= 24
    assert np.array_equal(resize(image, 8), image)
    assert resize(np.full((1, 28, 28), 77, np.uint8), 8).tolist() == [[[77] * 8] * 8]
