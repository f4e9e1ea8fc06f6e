"""ResidualBlock: mistakes and right variants."""

from __future__ import annotations

from tests.corpus.case import Case, base_cells

_CELL = dict(base_cells())["blocks"]
BLOCK = _CELL[_CELL.index("class ResidualBlock") : _CELL.index("class ResNet")].strip()
SKIP = "skip = self.norm3(self.conv3(x)) if self.has_skip_conv else x"
SUM = "return self.relu2(out + skip)"
MAIN = "out = self.relu1(self.norm1(self.conv1(x)))\n        out = self.norm2(self.conv2(out))"
CONV1 = "self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1)"
CONV2 = "self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, stride=1, padding=1)"
CONV3 = "self.conv3 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1)"
HAS = "stride != 0 or in_channels != out_channels"


def _changed(changes: tuple[tuple[str, str], ...]) -> str:
    new = BLOCK
    for old, text in changes:
        assert old in new, old
        new = new.replace(old, text)
    return new


def _wrong(name: str, says: str, *changes: tuple[str, str], resnet: bool = True) -> Case:
    wrong = {"residual-block": says}
    if resnet:
        wrong["resnet20"] = ""
    return Case(name, "blocks", ((BLOCK, _changed(changes)),), wrong)


MISTAKES = [
    _wrong("no skip", "no effect", (SUM, "return self.relu2(out)")),
    _wrong("identity skips missing", "", (SUM, "return self.relu2(out + skip) if self.has_skip_conv else self.relu2(out)"), (HAS, "stride != 1 or in_channels != out_channels")),
    _wrong("convolution where the identity is asked", "", (HAS, "stride == 1")),
    _wrong("skip subtracted", "", (SUM, "return self.relu2(out - skip)")),
    _wrong("skip multiplied", "", (SUM, "return self.relu2(out * skip)")),
    _wrong("skip concatenated", "", (SUM, "return self.relu2(torch.cat([out, skip], dim=1))")),
    _wrong("skip halved", "", (SUM, "return self.relu2(0.5 * (out + skip))")),
    _wrong("skip detached", "gradient", (SUM, "return self.relu2(out + skip.detach())")),
    _wrong("main path doubled", "without effect", (SUM, "return self.relu2(out + out)")),
    _wrong("added before C2", "", (MAIN, "out = self.relu1(self.norm1(self.conv1(x)))"), (SUM, "out = self.norm2(self.conv2(out + skip))\n        return self.relu2(out)")),
    _wrong("ReLU before the sum", "before the sum", (SUM, "return self.relu2(out) + skip")),
    _wrong("ReLU before and after the sum", "", (SUM, "return self.relu2(self.relu2(out) + skip)")),
    _wrong("ReLU on the skip", "", (SKIP, "skip = F.relu(self.norm3(self.conv3(x))) if self.has_skip_conv else x")),
    _wrong("no ReLU at the end", "after the sum is missing", (SUM, "return out + skip")),
    _wrong("no ReLU inside", "between N1 and C2", ("self.relu1(self.norm1(self.conv1(x)))", "self.norm1(self.conv1(x))")),
    _wrong("ReLU before the normalisation", "", ("self.relu1(self.norm1(self.conv1(x)))", "self.norm1(self.relu1(self.conv1(x)))")),
    _wrong("leaky ReLU", "", ("self.relu1 = nn.ReLU()", "self.relu1 = nn.LeakyReLU(0.1)")),
    _wrong("N2 missing", "batch normalisation", ("self.norm2(self.conv2(out))", "self.conv2(out)")),
    _wrong("N1 missing", "batch normalisation", ("self.relu1(self.norm1(self.conv1(x)))", "self.relu1(self.conv1(x))")),
    _wrong("N3 missing", "never used: BatchNorm2d", ("self.norm3(self.conv3(x))", "self.conv3(x)")),
    _wrong("N3 is N1", "used more than once", ("self.norm3(self.conv3(x))", "self.norm1(self.conv3(x))")),
    _wrong("N2 is N1", "used more than once", ("self.norm2(self.conv2(out))", "self.norm1(self.conv2(out))")),
    _wrong("no normalisation", "batch normalisation", ("self.norm1(self.conv1(x))", "self.conv1(x)"), ("self.norm2(self.conv2(out))", "self.conv2(out)"), ("self.norm3(self.conv3(x))", "self.conv3(x)")),
    _wrong("normalised after the sum", "", (MAIN, "out = self.relu1(self.norm1(self.conv1(x)))\n        out = self.conv2(out)"), (SUM, "return self.relu2(self.norm2(out + skip))")),
    _wrong("C3 is C1", "never used: Conv2d", ("self.norm3(self.conv3(x))", "self.norm3(self.conv1(x))")),
    _wrong("C3 of the main path", "", ("self.norm3(self.conv3(x))", "self.norm3(self.conv3(out))"), (CONV3, CONV3.replace("in_channels, out", "out_channels, out").replace("stride=stride", "stride=1"))),
    _wrong("stride ignored", "stride 1; expected 2", ("stride=stride", "stride=1")),
    _wrong("C2 strided too", "", (CONV2, CONV2.replace("stride=1", "stride=stride"))),
    _wrong("C2 strided instead of C1", "has stride 1; expected 2", (CONV2, CONV2.replace("stride=1", "stride=stride")), (CONV1, CONV1.replace("stride=stride", "stride=1"))),
    _wrong("C3 not strided", "", (CONV3, CONV3.replace("stride=stride", "stride=1"))),
    _wrong("C2 without padding", "", (CONV2, CONV2.replace("padding=1", "padding=0"))),
    _wrong("no padding", "", ("padding=1", "padding=0")),
    _wrong("kernels of 5", "kernel size 5; expected 3", ("kernel_size=3", "kernel_size=5"), ("padding=1", "padding=2")),
    _wrong("C2 from the input's channels", "", (CONV2, CONV2.replace("out_channels, out", "in_channels, out"))),
    _wrong("C2 unused", "never used", ("self.norm2(self.conv2(out))", "self.norm2(out)")),
    _wrong("pooled skip", "", (CONV3, "self.conv3 = nn.AvgPool2d(stride)"), ("self.norm3(self.conv3(x))", "F.pad(self.conv3(x), (0, 0, 0, 0, 0, out.shape[1] - x.shape[1]))")),
    _wrong("dropout", "train mode", (SUM, "return F.dropout(self.relu2(out + skip), 0.3, self.training)")),
    _wrong("another momentum", "momentum 0.9", ("self.norm1 = nn.BatchNorm2d(out_channels)", "self.norm1 = nn.BatchNorm2d(out_channels, momentum=0.9)")),
    _wrong("instance normalisation", "0 batch normalisations", ("nn.BatchNorm2d(", "nn.InstanceNorm2d(")),
    _wrong("grouped convolution", "groups 2", (CONV2, CONV2.replace("padding=1", "padding=1, groups=2"))),
    _wrong("frozen statistics", "", ("self.norm1 = nn.BatchNorm2d(out_channels)", "self.norm1 = nn.BatchNorm2d(out_channels, track_running_stats=False)")),
    _wrong("forward returns nothing", "NoneType", (SUM, "self.relu2(out + skip)")),
    _wrong("no super().__init__", "", ("super().__init__()\n        self.conv1", "self.conv1")),
    _wrong("forward misspelt", "", ("def forward", "def foward")),
]  # fmt: skip


def _right(name: str, *changes: tuple[str, str], says: str = "", **other: object) -> Case:
    notes = {"residual-block": says} if says else {}
    return Case(name, "blocks", ((BLOCK, _changed(changes)),), says=notes, **other)  # type: ignore[arg-type]


_SEQUENTIAL = """class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super(ResidualBlock, self).__init__()
        self.has_skip_conv = stride != 1 or in_channels != out_channels
        if self.has_skip_conv:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 3, stride, 1), nn.BatchNorm2d(out_channels)
            )
        else:
            self.shortcut = nn.Sequential()
        self.main = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride, 1),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, 3, 1, 1),
            nn.BatchNorm2d(out_channels),
        )

    def forward(self, x):
        return F.relu(self.main(x) + self.shortcut(x))
"""

VARIANTS = [
    _right("skips as the text has them", (HAS, "stride != 1 or in_channels != out_channels")),
    _right("skips by the stride alone", (HAS, "stride != 1 or in_channels != out_channels"), ("if self.has_skip_conv else x", "if x.shape != out.shape else x")),
    _right("1x1 skip", (CONV3, "self.conv3 = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride)"), says="1×1"),
    _right("1x1 skip where the text has it", (CONV3, "self.conv3 = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False)"), (HAS, "stride != 1 or in_channels != out_channels"), says="1×1"),
    _right("no biases", ("padding=1)", "padding=1, bias=False)")),
    _right("only some biases", (CONV1, CONV1.replace("padding=1", "padding=1, bias=False"))),
    _right("in-place sum", (SUM, "out += skip\n        return F.relu(out, inplace=True)")),
    _right("torch.add and clamp", (SUM, "return torch.add(out, skip).clamp(min=0)")),
    _right("skip computed first", (MAIN, f"{SKIP}\n        {MAIN}"), (f"{SKIP}\n        return", "return")),
    _right("skip convolution as it is needed", (SKIP, "skip = x\n        if self.has_skip_conv:\n            skip = self.norm3(self.conv3(skip))")),
    _right("one ReLU for both", ("self.relu2 = nn.ReLU()\n", "\n"), ("self.relu2", "self.relu1")),
    _right("attributes in another order", (CONV1 + "\n", "self.norm3 = None\n        self.norm2 = nn.BatchNorm2d(out_channels)\n        if stride != 0 or in_channels != out_channels:\n            self.norm3 = nn.BatchNorm2d(out_channels)\n            self.conv3 = nn.Conv2d(in_channels, out_channels, 3, stride, 1)\n        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1)\n        " + CONV1 + "\n"), (CONV2 + "\n        self.norm2 = nn.BatchNorm2d(out_channels)\n", "\n"), ("            " + CONV3 + "\n            self.norm3 = nn.BatchNorm2d(out_channels)\n", "            pass\n")),
    Case("sequential", "blocks", ((BLOCK, _SEQUENTIAL),)),
    Case("identity module", "blocks", ((BLOCK, _SEQUENTIAL.replace("self.shortcut = nn.Sequential()", "self.shortcut = nn.Identity()")),)),
    Case("skip by a lambda", "blocks", ((BLOCK, _SEQUENTIAL.replace("self.shortcut = nn.Sequential()", "self.shortcut = lambda x: x")),)),
    Case("a helper of its own", "blocks", ((BLOCK, "def conv_bn(i, o, s):\n    return nn.Sequential(nn.Conv2d(i, o, 3, s, 1), nn.BatchNorm2d(o))\n\n\nclass ResidualBlock(nn.Module):\n    def __init__(self, in_channels, out_channels, stride=1):\n        super().__init__()\n        self.a, self.b = conv_bn(in_channels, out_channels, stride), conv_bn(out_channels, out_channels, 1)\n        self.c = conv_bn(in_channels, out_channels, stride) if stride != 1 or in_channels != out_channels else None\n\n    def forward(self, x):\n        y = self.b(self.a(x).relu())\n        return (y + (x if self.c is None else self.c(x))).relu()"),)),
    Case("a base class in a later cell", "blocks", ((BLOCK, BLOCK.replace("class ResidualBlock(nn.Module)", "class ResidualBlock(Base)")),), after=("class Base(nn.Module):\n    pass",)),
    Case("built on the plain block", "blocks", ((BLOCK, "class ResidualBlock(PlainBlock):\n    def __init__(self, in_channels, out_channels, stride):\n        super().__init__(in_channels, out_channels, stride)\n        self.skip = nn.Identity()\n        if stride != 1 or in_channels != out_channels:\n            self.skip = nn.Sequential(nn.Conv2d(in_channels, out_channels, 3, stride, 1), nn.BatchNorm2d(out_channels))\n\n    def forward(self, x):\n        out = self.relu1(self.norm1(self.conv1(x)))\n        return self.relu2(self.norm2(self.conv2(out)) + self.skip(x))"),)),
    Case("functional normalisation", "blocks", ((BLOCK, BLOCK.replace("self.norm2(self.conv2(out))", "F.batch_norm(self.conv2(out), self.norm2.running_mean, self.norm2.running_var, self.norm2.weight, self.norm2.bias, self.training, 0.1)")),)),
    _right("unused layers", ("self.relu2 = nn.ReLU()", "self.relu2 = nn.ReLU()\n        self.pool = nn.MaxPool2d(2)\n        self.spare = nn.Conv2d(in_channels, 1, 1)")),
    _right("skip layers always declared", ("        if self.has_skip_conv:\n            self.conv3", "        if True:\n            self.conv3"), (HAS, "stride != 1 or in_channels != out_channels")),
]  # fmt: skip
