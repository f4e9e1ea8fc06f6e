"""`module`, `train-step`, `data-loader` and `training` on PS09: what students write and what they get.

Every row of the table of real mistakes is here, and every style that must cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.exercise.model import Exercise
from tests.conftest import PS09

HEAD = """\
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision import datasets, transforms
"""

CNN = """
def get_cnn(image_size):
    return nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(),
        nn.Conv2d(32, 64, 5, stride=2, padding=2), nn.ReLU(),
        nn.Conv2d(64, 64, 5, padding=2), nn.ReLU(),
        nn.Conv2d(64, 128, 5, stride=2, padding=2), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Conv2d(128, 10, 1), nn.Flatten(),
    )
"""
BLOCK = """
class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.c1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1)
        self.n1 = nn.BatchNorm2d(out_channels)
        self.c2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.n2 = nn.BatchNorm2d(out_channels)
        self.skips = stride != 1 or in_channels != out_channels
        if self.skips:
            self.c3 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1)
            self.n3 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        y = F.relu(self.n1(self.c1(x)))
        y = self.n2(self.c2(y))
        skip = self.n3(self.c3(x)) if self.skips else x
        return F.relu(y + skip)
"""
EPOCH = """
def train_epoch(model, optimizer, scheduler, criterion, train_loader, epoch, device):
    model.train()
    losses, accuracies, rates = [], [], []
    for data, target in train_loader:
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = criterion(output, target)
        loss.backward()
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
        accuracies.append((output.argmax(1) == target).float().mean().item())
        rates.append(scheduler.get_last_lr()[0])
    return losses, accuracies, rates
"""
LOADERS = (
    re.sub(r'^""".*?"""\n', "", (PS09 / "given.py").read_text(encoding="utf-8"), flags=re.DOTALL)
    + """
def get_dataloaders(base_dataset, batch_size, img_size=28, random_shift=False, scramble_image=False,
                    noise=0.0, show_examples=False):
    if base_dataset == datasets.FashionMNIST:
        mean, std = 0.286041, 0.353024
    else:
        mean, std = 0.1307, 0.3081
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((mean,), (std,))])
    make = modify(base_dataset)
    train = make("./data", True, transform, True, img_size, random_shift, scramble_image, noise)
    val = make("./data", False, transform, True, img_size, random_shift, scramble_image, noise)
    return (
        torch.utils.data.DataLoader(train, batch_size, shuffle=True),
        torch.utils.data.DataLoader(val, batch_size),
    )
"""
)

Judge = Callable[[str, str], Outcome]


@pytest.fixture
def judge(ps09: Exercise, grade_files: Callable[..., Grade]) -> Judge:
    """The outcome of one question for one piece of code."""

    def run(question: str, code: str) -> Outcome:
        # `cnn` would select `accuracy-cnn` too, which trains.
        select = question if question.startswith("accuracy") else f"{question} and not accuracy"
        graded = grade_files(ps09, {"ex09.py": HEAD + code}, select=select)
        return next(outcome for outcome in graded.outcomes if outcome.question == question)

    return run


def changed(code: str, old: str, new: str) -> str:
    assert old in code, old
    return code.replace(old, new)


CNN_RIGHT = [
    ("nn.Flatten(),", "nn.Flatten(), nn.LogSoftmax(dim=1),"),
    ("nn.Conv2d(1, 32, 5, padding=2)", 'nn.Conv2d(1, 32, (5, 5), padding="same")'),
    ("nn.ReLU()", "nn.ReLU(inplace=True)"),
    ("nn.AdaptiveAvgPool2d(1), nn.Conv2d(128, 10, 1), nn.Flatten()",
     "nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10)"),
    ("nn.AdaptiveAvgPool2d(1), nn.Conv2d(128, 10, 1), nn.Flatten()",
     "nn.Conv2d(128, 10, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()"),
    ("    return nn.Sequential(", "    relu = nn.ReLU()  # TODO done\n    # raise NotImplementedError\n    return nn.Sequential("),
]  # fmt: skip
CNN_WRONG = [
    ("padding=2), nn.ReLU(),\n        nn.Conv2d(32", "padding=0), nn.ReLU(),\n        nn.Conv2d(32",
     "1st convolution has padding 0; expected 2"),
    ("nn.Conv2d(64, 64, 5, padding=2)", "nn.Conv2d(64, 64, 5, padding=32)", "3rd convolution has padding 32"),
    ("nn.Conv2d(64, 128, 5, stride=2", "nn.Conv2d(64, 128, 5, stride=1", "4th convolution has stride 1"),
    ("nn.Conv2d(64, 64, 5, padding=2)", "nn.Conv2d(64, 64, 3, padding=1)", "3rd convolution has kernel size 3"),
    ("nn.Conv2d(128, 10, 1)", "nn.Conv2d(128, 128, 1)", "your output is 2×128; it should be 2×10"),
    ("nn.Conv2d(64, 64, 5, padding=2), nn.ReLU(),", "", "4 convolutions where 5 are expected"),
    ("nn.Conv2d(64, 64, 5, padding=2), nn.ReLU(),", "nn.Conv2d(64, 64, 5, padding=2),", "ReLU is missing before the 4th"),
    ("nn.AdaptiveAvgPool2d(1)", "nn.AdaptiveMaxPool2d(1)", "is fed something else"),
    ("nn.ReLU(),\n        nn.AdaptiveAvgPool2d", "nn.AdaptiveAvgPool2d", "ReLU after the last 5×5 convolution"),
    ("nn.Flatten(),", "nn.Flatten(), nn.Softmax(dim=1),", "softmax"),
    ("nn.Flatten(),", "nn.Flatten(), nn.ReLU(),", "ReLU at the end that should not be there"),
    ("nn.ReLU(),\n        nn.Conv2d(32", "nn.GELU(),\n        nn.Conv2d(32", "2nd convolution"),
    ("nn.AdaptiveAvgPool2d(1)", "nn.Dropout(0.5), nn.AdaptiveAvgPool2d(1)", "not in train mode"),
    ("nn.Conv2d(1, 32, 5, padding=2)", "nn.Conv2d(1, 32, 5, padding=2, padding_mode='reflect')", "padding mode reflect"),
    ("nn.Conv2d(1, 32, 5, padding=2)", "nn.Conv2d(1, 32, 5, padding=2, bias=False)", "has no bias"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [("x", "x"), *CNN_RIGHT], ids=lambda text: text[:30])
def test_right_networks(judge: Judge, old: str, new: str) -> None:
    result = judge("cnn", CNN if old == "x" else changed(CNN, old, new))
    assert result.credit == 1.0, result


@pytest.mark.parametrize(("old", "new", "words"), CNN_WRONG, ids=lambda text: text[:30])
def test_wrong_networks_are_told_what_is_wrong(
    judge: Judge, old: str, new: str, words: str
) -> None:
    result = judge("cnn", changed(CNN, old, new))
    assert result.credit is not None
    assert result.credit < 1.0
    assert words in result.line, result.line


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        ("    return nn.Linear(28, 28)", "wrong", "your output is"),
        ("    return None", "refused", "gives a NoneType, not an nn.Module"),
        ("    return nn.Linear", "refused", "gives a type"),
        ("    return nn.Sequentiall()", "error", "Sequentiall"),
        ("    raise NotImplementedError", "unanswered", "Not written yet"),
        ("    class M(nn.Module):\n        def forward(self, x): return x, x\n    return M()", "refused", "a tuple"),
        ("    class M(nn.Module):\n        def forward(self, x): raise SystemExit\n    return M()", "error", "SystemExit"),
        ("    class M(nn.Module):\n        def forward(self, x): return x[0, 0, 0, 0]\n    return M()", "wrong", "output is"),
        ("    class M(nn.Module):\n        def forward(self, x): return torch.full((len(x), 10), float('nan')).to(x)\n    return M()", "wrong", ""),
        ("    while True: pass", "time", "took longer"),
    ],
)  # fmt: skip
def test_networks_that_are_none(
    ps09: Exercise, grade_files: Callable[..., Grade], body: str, outcome: str, words: str
) -> None:
    hurried = [question.model_copy(update={"seconds": 3.0}) for question in [ps09.question("cnn")]]
    exercise = ps09.model_copy(update={"questions": tuple(hurried)})
    graded = grade_files(exercise, {"ex09.py": f"{HEAD}def get_cnn(image_size):\n{body}\n"})
    result = graded.outcomes[0]
    assert (result.outcome, result.credit) == (outcome, 0.0), result
    assert words in result.line


def test_what_our_own_clock_cuts_off_is_not_too_slow(
    ps09: Exercise, grade_files: Callable[..., Grade]
) -> None:
    code = f"{HEAD}def get_cnn(image_size):\n    while True: pass\n"
    exercise = ps09.model_copy(update={"questions": (ps09.question("cnn"),)})
    result = grade_files(exercise, {"ex09.py": code}, seconds=6.0).outcomes[0]
    assert (result.outcome, result.credit) == ("skipped", None), result


BLOCK_RIGHT = [
    ("stride != 1 or", "stride != 0 or"),
    ("self.c3 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1)",
     "self.c3 = nn.Conv2d(in_channels, out_channels, 1, stride=stride)"),
    ("F.relu(y + skip)", "torch.add(y, skip).clamp(min=0)"),
    ("        return F.relu(y + skip)", "        y += skip\n        return F.relu(y, inplace=True)"),
    ("stride=stride, padding=1)\n        self.n1", "stride=stride, padding=1, bias=False)\n        self.n1"),
    ("self.n2 = nn.BatchNorm2d(out_channels)", "self.n2 = nn.BatchNorm2d(out_channels)\n        self.extra = nn.Linear(3, 3)"),
]  # fmt: skip
BLOCK_WRONG = [
    ("stride=stride", "stride=1", 0.0, "has stride 1; expected 2"),
    ("self.c2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)",
     "self.c2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, stride=stride)", 0.0, ""),
    ("self.n3(self.c3(x))", "self.c3(x)", 0.0, "Declared but never used: BatchNorm2d"),
    ("self.n3(self.c3(x))", "self.n3(self.c1(x))", 0.0, "never used: Conv2d"),
    ("self.n3(self.c3(x))", "self.n1(self.c3(x))", 0.0, "used more than once"),
    ("self.n2(self.c2(y))", "self.n1(self.c2(y))", 0.0, "used more than once"),
    ("self.n2(self.c2(y))", "self.c2(y)", 0.0, "batch normalisation"),
    ("return F.relu(y + skip)", "return F.relu(y)", 0.3, "no effect"),
    ("return F.relu(y + skip)", "return F.relu(y) + skip", 0.6, "before the sum"),
    ("return F.relu(y + skip)", "return y + skip", 0.7, "after the sum is missing"),
    ("F.relu(self.n1(self.c1(x)))", "self.n1(self.c1(x))", 0.7, "between N1 and C2"),
    ("return F.relu(y + skip)", "return F.relu(y - skip)", 0.0, ""),
    ("return F.relu(y + skip)", "return F.relu(y * skip)", 0.0, ""),
    ("return F.relu(y + skip)", "return F.relu(y + x) if y.shape == x.shape else F.relu(y)", 0.0, ""),
    ("nn.BatchNorm2d(out_channels)\n        self.c2", "nn.BatchNorm2d(out_channels, momentum=0.5)\n        self.c2", 0.0,
     "momentum 0.5"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [("x", "x"), *BLOCK_RIGHT], ids=lambda text: text[:30])
def test_right_blocks(judge: Judge, old: str, new: str) -> None:
    result = judge("residual-block", BLOCK if old == "x" else changed(BLOCK, old, new))
    assert result.credit == 1.0, result


@pytest.mark.parametrize(
    ("old", "new", "credit", "words"), BLOCK_WRONG, ids=lambda text: str(text)[:30]
)
def test_wrong_blocks_are_told_what_is_wrong(
    judge: Judge, old: str, new: str, credit: float, words: str
) -> None:
    result = judge("residual-block", changed(BLOCK, old, new))
    assert result.credit == credit, result
    assert words in result.line, result.line


def test_resnet20_is_built_of_the_students_block(judge: Judge) -> None:
    assert judge("resnet20", BLOCK).credit == 1.0
    first = changed(
        BLOCK,
        "        y = F.relu(self.n1",
        "        skip = self.n3(self.c3(x)) if self.skips else x\n        y = F.relu(self.n1",
    )
    first = changed(
        first,
        "        skip = self.n3(self.c3(x)) if self.skips else x\n        return",
        "        return",
    )
    assert judge("resnet20", first).credit == 1.0
    assert judge("resnet20", changed(BLOCK, "stride != 1", "stride != 0")).credit == 1.0
    assert judge("resnet20", changed(BLOCK, "y + skip", "y")).credit == 0.0
    assert judge("resnet20", "").outcome == "unanswered"


MLP = """
class Net(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.layers = nn.ModuleList(
            [nn.Linear(size * size, 256), *[nn.Linear(256, 256) for _ in range(3)], nn.Linear(256, 10)]
        )
    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)

get_mlp = Net
"""


@pytest.mark.parametrize(
    ("old", "new", "credit", "words"),
    [
        ("x", "x", 1.0, "Right."),
        ("torch.relu(layer(x))", "layer(x)", 0.3, "no ReLU between"),
        ("range(3)", "range(2)", 0.0, "4 linear layers where 5 are expected"),
        ("torch.relu", "torch.sigmoid", 0.0, "2nd linear layer"),
        ("nn.Linear(256, 256)", "nn.Linear(256, 256, bias=False)", 0.0, "has no bias"),
        (
            "return self.layers[-1](x)",
            "return torch.relu(self.layers[-1](x))",
            0.0,
            "ReLU at the end",
        ),
        ("return self.layers[-1](x)", "return self.layers[-1](x).softmax(1)", 0.5, "softmax"),
        (
            "torch.relu(layer(x))",
            "F.dropout(torch.relu(layer(x)), 0.1, self.training)",
            0.0,
            "train mode",
        ),
        ("x.flatten(1)", "x.flatten(1).detach()", 0.0, "gradient does not flow"),
        ("size * size", "784", 0.0, "mat1 and mat2"),
    ],
)
def test_perceptrons(judge: Judge, old: str, new: str, credit: float, words: str) -> None:
    result = judge("mlp", MLP if old == "x" else changed(MLP, old, new))
    assert result.credit == credit, result
    assert words in result.line


EPOCH_RIGHT = [
    ("model.train()", "model = model.train(True)"),
    ("optimizer.zero_grad()", "model.zero_grad()"),
    ("optimizer.zero_grad()", "optimizer.zero_grad(set_to_none=True)"),
    ("data.to(device), target.to(device)", "data.to('cuda' if torch.cuda.is_available() else 'cpu'), target.to(data.device if False else device)"),
    ("data.to(device), target.to(device)", "data.to(device, non_blocking=True), target.to(device=device)"),
    ("data, target = data.to(device), target.to(device)", "data = data.float().to(device); target = target.long().cpu()"),
    ("(output.argmax(1) == target).float().mean().item()", "(output.argmax(1) == target).sum().item() / len(target)"),
    ("(output.argmax(1) == target).float().mean().item()", "sum(p == t for p, t in zip(output.argmax(1).tolist(), target.tolist())) / data.shape[0]"),
    ("scheduler.get_last_lr()[0]", "optimizer.param_groups[0]['lr']"),
    ("losses.append(loss.item())", "losses += [float(loss)]; print(epoch, len(train_loader), len(train_loader.dataset))"),
    ("loss.backward()", "loss.backward(retain_graph=True)"),
    ("return losses, accuracies, rates", "return [losses, accuracies, rates]"),
    ("for data, target in train_loader:", "for index, (data, target) in enumerate(train_loader):"),
]  # fmt: skip
EPOCH_WRONG = [
    ("        optimizer.zero_grad()\n", "", 0.5, "zero_grad"),
    ("    model.train()\n", "", 0.6, "train mode"),
    ("model.train()", "model.training = True", 0.6, "train mode"),
    ("model.train()", "model.eval()", 0.6, "train mode"),
    ("        loss.backward()\n", "", 0.2, "loss.backward()"),
    ("        optimizer.step()\n", "", None, ""),
    ("        scheduler.step()\n", "", 0.7, "scheduler.step()` is missing"),
    ("    return losses", "    scheduler.step()\n    return losses", None, ""),
    ("        scheduler.step()\n", "        scheduler.step()\n        scheduler.step()\n", None, ""),
    ("data, target = data.to(device), target.to(device)", "data.to(device)\n        target = target.to(device)", 0.8, "before it is moved"),
    ("data, target = data.to(device), target.to(device)", "data = data.to(device)", 0.8, "before it is moved"),
    ("losses.append(loss.item())", "losses.append(loss.item())\n        losses.append(loss.item())", 0.8, "appended twice"),
    ("losses.append(loss.item())", "losses.append(loss)", 0.8, "holds tensors"),
    (".float().mean().item()", ".float().mean()", 0.8, "holds tensors"),
    (".float().mean().item()", ".float().mean().item() * 100", 0.8, "100 times"),
    (".float().mean().item()", ".sum().item()", 0.8, "accuracy history"),
    ("loss.item()", "loss.item() * len(data)", 0.8, "loss history"),
    ("rates.append(scheduler.get_last_lr()[0])", "rates.append(1.0)", 0.8, "learning rate history"),
    ("loss = criterion(output, target)", "loss = F.cross_entropy(output, target)", None, ""),
    ("output = model(data)", "output = model(data).softmax(1)", None, ""),
    ("output = model(data)", "model(data); output = model(data)", None, "is run 24 times in an epoch of 12"),
    ("    return losses", "        return losses", None, ""),
    ("    return losses, accuracies, rates", "    return losses, accuracies", 0.0, "should return"),
    ("    return losses, accuracies, rates", "    pass", 0.0, "returns nothing"),
    ("for data, target in train_loader", "for data, target in loader", 0.0, "NameError"),
    ("loss.item()", "float('nan')", 0.8, "loss history"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [("x", "x"), *EPOCH_RIGHT], ids=lambda text: text[:30])
def test_right_epochs(judge: Judge, old: str, new: str) -> None:
    result = judge("train-epoch", EPOCH if old == "x" else changed(EPOCH, old, new))
    assert result.credit == 1.0, result


@pytest.mark.parametrize(
    ("old", "new", "credit", "words"), EPOCH_WRONG, ids=lambda text: str(text)[:30]
)
def test_wrong_epochs_are_told_what_is_wrong(
    judge: Judge, old: str, new: str, credit: float | None, words: str
) -> None:
    result = judge("train-epoch", changed(EPOCH, old, new))
    assert result.credit is not None
    assert result.credit < 1.0, result
    if credit is not None:
        assert result.credit == pytest.approx(credit), result
    assert words in "\n".join((result.line, *result.details)), result


LOADERS_RIGHT = [
    ("torch.utils.data.DataLoader(val, batch_size)", "torch.utils.data.DataLoader(val, batch_size, shuffle=True)"),
    ("torch.utils.data.DataLoader(train, batch_size, shuffle=True)",
     "torch.utils.data.DataLoader(train, batch_size, shuffle=True, num_workers=2, persistent_workers=True, pin_memory=True)"),
    ("torch.utils.data.DataLoader(train, batch_size, shuffle=True)",
     "torch.utils.data.DataLoader(train, batch_size, sampler=torch.utils.data.RandomSampler(train))"),
    ('"./data"', '"/content/drive/data"'),
    ("base_dataset == datasets.FashionMNIST", "'Fashion' in base_dataset.__name__"),
    ("transforms.Compose([transforms.ToTensor(), transforms.Normalize((mean,), (std,))])",
     "lambda image: (transforms.ToTensor()(image) - mean) / std"),
]  # fmt: skip
LOADERS_WRONG = [
    (", transforms.Normalize((mean,), (std,))", "", {"normalisation"}, "no Normalize?"),
    ("Normalize((mean,), (std,))", "Normalize((std,), (mean,))", {"normalisation"}, "not normalised"),
    ("mean, std = 0.286041, 0.353024", "mean, std = 0.1307, 0.3081", {"normalisation"}, "FashionMNIST"),
    ('make("./data", False', 'make("./data", True', {"splits"}, "which is the training split"),
    ('make("./data", True', 'make("./data", False', {"splits"}, "which is the test split"),
    (", shuffle=True", "", {"shuffling"}, "same order in every epoch"),
    ("DataLoader(train, batch_size", "DataLoader(train, 32", {"batches"}, "batches of 32"),
    ("shuffle=True)", "shuffle=True, drop_last=True)", {"batches"}, "drop_last"),
    ("val = make(\"./data\", False, transform, True, img_size", "val = make(\"./data\", False, transform, True, 28",
     {"options"}, "img_size=56 does not reach the validation set"),
    ("train = make(\"./data\", True, transform, True, img_size, random_shift", "train = make(\"./data\", True, transform, True, img_size, False",
     {"options"}, "random_shift=True does not reach the training set"),
    ("scramble_image, noise)", "False, noise)", {"options"}, "scramble_image=True has no effect"),
    ("scramble_image, noise)", "scramble_image)", {"options"}, "noise=0.5 has no effect"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [("x", "x"), *LOADERS_RIGHT], ids=lambda text: text[:30])
def test_right_loaders(judge: Judge, old: str, new: str) -> None:
    result = judge("data-loader", LOADERS if old == "x" else changed(LOADERS, old, new))
    assert result.credit == 1.0, result


@pytest.mark.parametrize(
    ("old", "new", "lost", "words"), LOADERS_WRONG, ids=lambda text: str(text)[:30]
)
def test_wrong_loaders_are_told_what_is_wrong(
    judge: Judge, ps09: Exercise, old: str, new: str, lost: set[str], words: str
) -> None:
    result = judge("data-loader", changed(LOADERS, old, new))
    assert set(result.data["wrong"]) == lost, result
    shares = ps09.question("data-loader").shares
    assert result.credit == pytest.approx(1 - sum(shares[part] for part in lost))
    assert words in "\n".join((result.line, *result.details)), result


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        ("return None", "refused", "returns a NoneType"),
        ("return 1, 2", "refused", "is a int, not a DataLoader"),
        (
            "return torch.utils.data.DataLoader([1]), torch.utils.data.DataLoader([1])",
            "refused",
            "not a pair",
        ),
        ("return 1 / 0", "error", "ZeroDivisionError"),
        ("raise NotImplementedError", "unanswered", "Not written yet"),
    ],
)
def test_loaders_that_are_none(judge: Judge, body: str, outcome: str, words: str) -> None:
    code = f"def get_dataloaders(base_dataset, batch_size, **options):\n    {body}\n"
    result = judge("data-loader", code)
    assert (result.outcome, result.credit) == (outcome, 0.0)
    assert words in result.line


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
