"""The reference models are what their heads claim."""

from __future__ import annotations

import pytest
import torch

from autograder.symbolic.reader import parse_formula
from autograder.symbolic.sample import Point
from reference import cnn, mlp, resnet
from reference.train_epoch import train_epoch
from tests.symbolic.tables import LAYERS, table_of

FORMULA = "1 + sum_{j=1}^{L} (K_j - 1)*prod_{i=1}^{j-1} S_i"


def parameters(module: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize(
    ("module", "count"),
    [
        (mlp.get_mlp(28), 400_906),
        (mlp.get_mlp(56), 1_003_018),
        (cnn.get_cnn(28), 360_778),
        (resnet.get_model(20), 293_450),
        (resnet.get_model(20, resnet.ProjectedBlock), 393_242),
        (resnet.get_model(20, resnet.PointwiseBlock), 272_970),
        (resnet.get_model(20, resnet.PointwiseProjectedBlock), 284_698),
        (resnet.ResidualBlock(16, 32, 2), 18_720),
        (resnet.ResidualBlock(16, 16, 1), 4_704),
        (resnet.ProjectedBlock(16, 16, 1), 7_056),
    ],
)
def test_parameters(module: torch.nn.Module, count: int) -> None:
    assert parameters(module) == count


@pytest.mark.parametrize("build", [mlp.get_mlp, cnn.get_cnn, lambda size: resnet.get_model(8)])
def test_scores_of_ten_classes(build) -> None:
    assert build(28)(torch.zeros(2, 1, 28, 28)).shape == (2, 10)


def measured_field(layers: list[torch.nn.Conv1d], width: int) -> int:
    """How many inputs have a gradient from the middle output."""
    signal = torch.randn(1, 1, width, dtype=torch.float64, requires_grad=True)
    output = torch.nn.Sequential(*layers).double()(signal)
    output[0, 0, output.shape[-1] // 2].backward()
    touched = signal.grad[0, 0].nonzero()
    return int(touched.max() - touched.min() + 1)


@pytest.mark.parametrize(
    ("kernels", "strides"),
    [((3,), (1,)), ((3, 3), (2, 1)), ((5, 5, 5, 5), (1, 2, 1, 2)), ((7, 3, 1, 3), (2, 2, 1, 3))],
)
def test_the_receptive_field_measured_is_the_formula(
    kernels: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    torch.manual_seed(0)
    layers = [
        torch.nn.Conv1d(1, 1, kernel, stride, padding=kernel // 2)
        for kernel, stride in zip(kernels, strides, strict=True)
    ]
    node = parse_formula(FORMULA, table_of(**LAYERS))
    point = Point({"L": len(kernels)}, {"K": kernels, "S": strides})
    assert measured_field(layers, 301) == int(point.evaluator().value(node))


def test_an_epoch_trains() -> None:
    torch.manual_seed(0)
    images = torch.randn(64, 1, 8, 8)
    labels = (images.mean(dim=(1, 2, 3)) > 0).long()
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(images, labels), batch_size=16
    )
    model = mlp.get_mlp(8)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=40)
    loss = torch.nn.CrossEntropyLoss()
    model.eval()
    first, *_ = train_epoch(model, optimizer, scheduler, loss, loader, 1, torch.device("cpu"))
    for epoch in range(2, 11):
        last, accuracies, rates = train_epoch(
            model, optimizer, scheduler, loss, loader, epoch, torch.device("cpu")
        )
    assert model.training
    assert len(last) == len(accuracies) == len(rates) == 4
    assert sum(last) < sum(first)
    assert rates[-1] == pytest.approx(0.0, abs=1e-9)
