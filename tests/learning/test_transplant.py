"""Matching by role and the words for a difference, on descriptions made in this process."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from autograder.learning import explain
from autograder.learning.probes import modules
from autograder.learning.transplant import (
    Layer,
    Network,
    candidate_orders,
    close,
    make_bank,
    same_function,
)
from autograder.sandbox.loading import NAMESPACE
from reference import resnet


def probe(build) -> tuple[dict, Network, np.ndarray]:
    inputs = np.random.default_rng(0).normal(size=(3, 2, 8, 8))
    state = {NAMESPACE: {"": {"build": build}}}
    torch.manual_seed(1)
    described = modules.describe(state, "build", [], {}, inputs, "key")
    return state, Network.from_description(described), inputs


def equal(student, reference) -> bool:
    """Whether some matching of roles makes two networks the same function."""
    mine, theirs = probe(student), probe(reference)
    bank = make_bank(theirs[1], 7)
    identity = list(range(len(bank)))
    right = modules.evaluate(theirs[0], "key", bank, identity, theirs[2])
    for order in candidate_orders(mine[1], theirs[1]):
        run = modules.evaluate(mine[0], "key", bank, order, mine[2])
        if same_function(run, right, order, mine[1].precision):
            return True
    return False


class Reversed(nn.Module):
    """A block whose attributes are declared in another order and named otherwise."""

    def __init__(self, bias: bool = False, skip_first: bool = True) -> None:
        super().__init__()
        self.last_norm = nn.BatchNorm2d(2)
        self.skip_first = skip_first
        self.unused = nn.Linear(3, 3)
        self.b = nn.Conv2d(2, 2, 3, padding="same", bias=bias)
        self.project = nn.Sequential(nn.Conv2d(2, 2, 3, 1, 1, bias=bias), nn.BatchNorm2d(2))
        self.a = nn.Conv2d(2, 2, 3, padding=1, bias=bias)
        self.first_norm = nn.BatchNorm2d(2)

    def forward(self, x):
        skip = self.project(x) if self.skip_first else None
        y = self.b(self.first_norm(self.a(x)).clamp(min=0))
        y = self.last_norm(y)
        y += skip if skip is not None else self.project(x)
        return nn.functional.relu(y, inplace=True)


def block():
    return resnet.ProjectedBlock(2, 2, 1)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("skip_first", [True, False])
def test_names_order_and_style_play_no_part(bias: bool, skip_first: bool) -> None:
    assert equal(lambda: Reversed(bias, skip_first), block)


class Wrong(Reversed):
    """One mistake at a time, by name."""

    mistake = ""

    def forward(self, x):
        y = self.first_norm(self.a(x))
        y = y if self.mistake == "no inner relu" else y.relu()
        y = self.last_norm(self.b(y))
        skip = x if self.mistake == "skip not used" else self.project(x)
        if self.mistake == "relu before sum":
            return y.relu() + skip
        if self.mistake == "subtracted":
            return (y - skip).relu()
        if self.mistake == "detached":
            return (y + skip.detach()).relu()
        if self.mistake == "dropout":
            return nn.functional.dropout(y + skip, 0.5, self.training).relu()
        return y + skip


@pytest.mark.parametrize(
    "mistake",
    [
        "no inner relu",
        "skip not used",
        "relu before sum",
        "subtracted",
        "detached",
        "dropout",
        "no last relu",
    ],
)
def test_mistakes_are_no_matching(mistake: str) -> None:
    kind = type("Kind", (Wrong,), {"mistake": mistake})
    assert not equal(kind, block)


def test_a_matching_needs_the_same_layers() -> None:
    _, mine, _ = probe(lambda: nn.Sequential(nn.Conv2d(2, 4, 3), nn.Conv2d(4, 4, 3)))
    _, theirs, _ = probe(lambda: nn.Sequential(nn.Conv2d(2, 4, 5), nn.Conv2d(4, 4, 3)))
    assert list(candidate_orders(mine, theirs)) == []


def convolutions(**second) -> nn.Sequential:
    options = {"kernel_size": 3, "padding": 1, **second}
    return nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 4, **options))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: convolutions(padding=0), "2nd convolution has padding 0; expected 1"),
        (lambda: convolutions(stride=2), "2nd convolution has stride 2; expected 1"),
        (
            lambda: convolutions(kernel_size=5, padding=2),
            "2nd convolution has kernel size 5; expected 3",
        ),
        (lambda: convolutions(dilation=2, padding=2), "2nd convolution has padding 2; expected 1"),
        (lambda: convolutions(bias=False), "2nd convolution has no bias"),
        (
            lambda: nn.Sequential(*convolutions(), nn.Conv2d(4, 4, 1)),
            "3 convolutions where 2 are expected",
        ),
        (
            lambda: nn.Sequential(nn.Conv2d(2, 8, 3, padding=1), nn.Conv2d(8, 4, 3, padding=1)),
            "maps 2 to 8",
        ),
    ],
)
def test_the_first_difference_is_named(build, words: str) -> None:
    _, mine, inputs = probe(build)
    _, theirs, _ = probe(convolutions)
    line = explain.structural_difference(mine, theirs, inputs.shape)
    assert line is not None
    assert words in line


def test_the_padding_named_same_is_a_number() -> None:
    _, mine, inputs = probe(lambda: convolutions(padding="same"))
    _, theirs, _ = probe(convolutions)
    assert explain.structural_difference(mine, theirs, inputs.shape) is None


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (
            lambda: nn.Sequential(*[m for m in convolutions() if not isinstance(m, nn.ReLU)]),
            "ReLU is missing",
        ),
        (
            lambda: nn.Sequential(*convolutions(), nn.ReLU()),
            "ReLU at the end that should not be there",
        ),
        (lambda: nn.Sequential(*convolutions(), nn.Dropout(0.5)), "not in train mode"),
    ],
)
def test_a_difference_without_a_setting_is_found_by_what_layers_are_fed(build, words: str) -> None:
    mine, theirs = probe(build), probe(convolutions)
    bank = make_bank(theirs[1], 3)
    networks = [(network[0], "key", bank, [0, 1], network[2]) for network in (mine, theirs)]
    runs = tuple(modules.evaluate(*network) for network in networks)
    seen = tuple(modules.watch(*network) for network in networks)
    assert words in explain.behavioural_difference(mine[1], runs, seen, [0, 1])


@pytest.mark.parametrize(
    ("student", "expected"),
    [
        (np.ones(3), True),
        (np.ones(3) + 1e-12, True),
        (np.ones(3) + 1e-3, False),
        (np.ones((3, 1)), False),
        (np.ones(()), False),
        (np.zeros(0), False),
        (np.array([1, np.nan, 1]), False),
        (np.array([1, np.inf, 1]), False),
        (1.0, False),
        (None, False),
    ],
)
def test_closeness_is_of_shape_and_every_entry(student: object, expected: bool) -> None:
    assert close(student, np.ones(3), 1e-7) is expected


@pytest.mark.parametrize(
    ("number", "word"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_ordinals(number: int, word: str) -> None:
    assert explain.ordinal(number) == word


class ByHand(Reversed):
    """Layers used through functions of torch, not by calling them."""

    def forward(self, x):
        f = nn.functional
        y = f.conv2d(x, self.a.weight, self.a.bias, padding=1)
        y = self.first_norm(y).relu()
        project = self.project[0]
        skip = f.conv2d(x, project.weight, project.bias, padding=1)
        y = self.last_norm(self.b(y))
        return (y + self.project[1](skip)).relu()


def test_layers_used_by_hand_are_found() -> None:
    assert equal(ByHand, block)


def test_roles_follow_the_wiring_and_not_the_order() -> None:
    mine, theirs = probe(ByHand)[1], probe(block)[1]
    assert sorted(mine.roles) == sorted(theirs.roles)
    assert len(list(candidate_orders(mine, theirs))) == 1


def test_the_receptive_field_is_measured_as_the_formula_says() -> None:
    def build():
        return nn.Sequential(
            nn.Conv2d(2, 3, 5, stride=2, padding=2), nn.ReLU(), nn.Conv2d(3, 4, 3, dilation=2, padding=2), nn.ReLU(),
            nn.MaxPool2d(1), nn.Conv2d(4, 4, 3, stride=2, padding=1), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        )  # fmt: skip

    state, network, _ = probe(build)
    assert explain.receptive_field(network) == (1 + 4 + 4 * 2 + 2 * 2, 4)
    assert modules.field(state, "key", 2) == [17, 4]
    assert explain.receptive_field(probe(block)[1]) is None


def test_a_layer_used_twice_is_told() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.c = nn.Conv2d(2, 2, 3, padding=1)

        def forward(self, x):
            return self.c(self.c(x).relu())

    assert probe(Twice)[1].layers[0].calls == 2


class Unsteady(nn.Module):
    def __init__(self, fault: str) -> None:
        super().__init__()
        self.c = nn.Conv2d(2, 2, 3)
        self.fault, self.calls = fault, 0

    def forward(self, x):
        self.calls += 1
        if self.fault == "state":
            return self.c(x) * self.calls
        if self.fault == "batch":
            return self.c(x - x.mean(0))
        if self.fault == "many":
            assert len(x) > 1, "no batch of one"
        return self.c(x).detach() if self.fault == "detached" else self.c(x)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("state", "the second time"),
        ("batch", "depends on the other images of its batch"),
        ("many", "no batch of one"),
        ("detached", "No gradient flows"),
        ("none", None),
    ],
)
def test_what_must_hold_of_any_network(fault: str, words: str | None) -> None:
    line = explain.unsteadiness(probe(lambda: Unsteady(fault))[1], probe(lambda: Unsteady(""))[1])
    assert line is None if words is None else words in line


def test_missing_layers_are_told_in_the_order_in_which_the_reference_runs_them() -> None:
    def network(*kinds: str) -> Network:
        layers = tuple(Layer(kind, {}, {}, 1, (1,), (1,)) for kind in kinds)
        return Network(layers, (), (1,), 0, "float32")

    # The order of a set of texts differs from one process to the next.
    kinds = ("Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d", "Dropout", "Linear", "Flatten")
    line = explain.structural_difference(network("GELU", "Tanh"), network(*kinds), (1,))
    assert line is not None
    named = (
        "convolution",
        "batch norm",
        "ReLU",
        "MaxPool2d",
        "Dropout",
        "linear",
        "Flatten",
        "GELU",
        "Tanh",
    )
    places = [line.index(name) for name in named]
    assert places == sorted(places)
