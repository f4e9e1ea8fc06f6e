"""`module` on PS09's residual block and the network of such blocks."""

from __future__ import annotations

import pytest

from tests.checks.code.coding import Judge, changed

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
