"""`data-loader` on PS09's loaders."""

from __future__ import annotations

import re

import pytest

from autograder.exercise.model import Exercise
from tests.checks.code.coding import Judge, changed
from tests.conftest import PS09

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
    ("DataLoader(val, batch_size)", "DataLoader(torch.utils.data.Subset(val, range(28)), batch_size)",
     {"splits"}, "the validation set has 28 images; it should be"),
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
