"""`training` on PS09's perceptron: accuracies with intervals, the same every time."""

from __future__ import annotations

from tests.checks.code.coding import MLP, Judge, changed


def test_an_mlp_learns_and_the_accuracy_has_an_interval(judge: Judge) -> None:
    result = judge("accuracy-mlp", MLP)
    assert result.credit == 1.0
    assert 0.93 < result.data["accuracy"] < 1.0
    low, high = result.data["interval"]
    assert low < result.data["accuracy"] < high
    assert len(result.data["curves"][0]) == 8
    assert "99 % interval" in result.line


def test_training_is_the_same_every_time(judge: Judge) -> None:
    first, again = (judge("accuracy-mlp", MLP).data["curves"] for _ in range(2))
    assert first == again


def test_a_model_that_cannot_learn_loses_credit(judge: Judge) -> None:
    constant = changed(MLP, "return self.layers[-1](x)", "return self.layers[-1](x) * 0")
    result = judge("accuracy-mlp", constant)
    assert result.credit == 0.0
    assert len(result.data["curves"]) == 1  # far from close: not run again


def test_a_model_that_knows_the_answers_goes_to_a_person(judge: Judge) -> None:
    # It classifies by the nearest mean image before any training.
    code = """
from torchvision import datasets
class Memory(nn.Module):
    def __init__(self):
        super().__init__()
        data = datasets.MNIST("x", train=True)
        images = data.data.float().flatten(1) / 255
        self.means = torch.stack([images[data.targets == k].mean(0) for k in range(10)])
        self.scale = nn.Parameter(torch.ones(1))
    def forward(self, x):
        x = x.flatten(1) * 0.3760 + 0.3050
        return -torch.cdist(x, self.means) * self.scale
def get_mlp(image_size):
    return Memory()
"""
    result = judge("accuracy-mlp", code)
    assert (result.outcome, result.credit) == ("undecided", None), result
    assert "Before any training" in result.line
