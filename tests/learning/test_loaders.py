"""What is reported of loaders: of torch's own from their samplers, of others from what they yield."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, Dataset, Subset, WeightedRandomSampler

from autograder.learning.datasets import spread
from autograder.learning.probes import loaders
from autograder.sandbox.child import Refusal, StudentError
from autograder.sandbox.loading import NAMESPACE

LENGTH, BATCH = 23, 5


class Counted(Dataset):
    """Images of their own number; counts how many are read, and can behave in an odd way."""

    def __init__(self, at_reading: Callable[[int], None] = lambda index: None) -> None:
        self.read = 0
        self.at_reading = at_reading

    def __len__(self) -> int:
        return LENGTH

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        self.read += 1
        self.at_reading(index)
        return torch.full((1, 2, 2), float(index)), index % 10


def inspect(make: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The report on a training loader."""
    monkeypatch.setattr(loaders.vision, "datasets", lambda: type("Datasets", (), {"MNIST": None}))
    state = {NAMESPACE: {"": {"make": lambda base, size: (make(), make())}}}
    return loaders.inspect(state, "make", "MNIST", BATCH, {}, 4, False, True)[0]


def is_shuffled(report: dict[str, Any]) -> bool:
    return not np.array_equal(*report["prints"])


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("drop_last", [True, False])
def test_rounds_are_known_without_reading_them(
    shuffle: bool, drop_last: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = Counted()
    make = lambda: DataLoader(data, BATCH, shuffle=shuffle, drop_last=drop_last)  # noqa: E731
    report = inspect(make, monkeypatch)
    sizes = [len(labels) for _, labels in make()]
    assert report["batches"] == [sizes, sizes]
    assert is_shuffled(report) is shuffle
    assert data.read < 2 * LENGTH + len(sizes) * BATCH  # both loaders, without their rounds


class OddLoader(DataLoader):
    """Yields the first batch twice."""

    def __iter__(self) -> Iterator[Any]:
        batches = list(super().__iter__())
        yield from [batches[0], *batches]


@pytest.mark.parametrize(
    ("make", "sizes", "shuffled"),
    [
        (lambda data: OddLoader(data, BATCH), [5, 5, 5, 5, 5, 3], False),
        (lambda data: DataLoader(Subset(data, range(7)), BATCH), [5, 2], False),
        (lambda data: [next(iter(DataLoader(data, BATCH)))], [5], False),
        (
            lambda data: DataLoader(data, BATCH, sampler=WeightedRandomSampler([1.0] * LENGTH, 9)),
            [5, 4],
            True,
        ),
        (
            lambda data: DataLoader(
                data,
                BATCH,
                collate_fn=lambda items: torch.utils.data.default_collate(items[1:]),
            ),
            [4, 4, 4, 4, 2],
            False,
        ),
    ],
    ids=["of its own", "subset", "list", "sampler", "collate"],
)
def test_any_loader_is_told_by_what_it_yields(
    make: Callable[[Dataset], Any],
    sizes: list[int],
    shuffled: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = Counted()

    class WithData(list):
        dataset = data

    made = make(data)
    loader = WithData(made) if isinstance(made, list) else made
    report = inspect(lambda: loader, monkeypatch)
    assert report["batches"] == [sizes, sizes]
    assert is_shuffled(report) is shuffled


def test_a_seed_set_while_reading_makes_every_round_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = Counted(lambda index: torch.manual_seed(7))
    loader = DataLoader(data, BATCH, shuffle=True)
    orders = [[int(n) for images, _ in loader for n in images[:, 0, 0, 0]] for _ in range(3)]
    assert orders[1] == orders[2]  # so it is with real rounds, after the first
    assert not is_shuffled(inspect(lambda: loader, monkeypatch))


def test_what_fails_at_an_end_of_the_data_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_at_the_end(index: int) -> None:
        if index == LENGTH - 1:
            raise IndexError("one too far")

    with pytest.raises(StudentError, match="one too far"):
        inspect(lambda: DataLoader(Counted(fail_at_the_end), BATCH), monkeypatch)


def test_images_of_two_sizes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    images = [torch.zeros(1, 2, 2 + (n == 2)) for n in range(3)]
    loader = DataLoader(list(zip(images, range(3), strict=True)), BATCH)
    with pytest.raises(Refusal, match="not all of one size"):
        inspect(lambda: loader, monkeypatch)


def test_an_endless_loader_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(DataLoader):
        def __iter__(self) -> Iterator[Any]:
            while True:
                yield torch.zeros(5_000, 1, 2, 2), torch.zeros(5_000)

    with pytest.raises(Refusal, match="more than"):
        inspect(lambda: Endless(Counted(), BATCH), monkeypatch)


@pytest.mark.parametrize(
    ("length", "count", "expected"),
    [(0, 6, []), (1, 6, [0]), (3, 6, [0, 1, 2]), (11, 6, [0, 2, 4, 6, 8, 10]), (5, 1, [0])],
)
def test_places_are_spread_from_first_to_last(length: int, count: int, expected: list[int]) -> None:
    assert spread(length, count) == expected
