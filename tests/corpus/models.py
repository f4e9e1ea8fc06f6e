"""The MLP and the CNN: mistakes and right variants."""

from __future__ import annotations

from tests.corpus.case import Case, base_cells

_CELL = dict(base_cells())["models"]
MLP = _CELL[: _CELL.index("get_cnn")].strip()
CNN = _CELL[_CELL.index("get_cnn") : _CELL.index("for name")].strip()
CONV1 = "nn.Conv2d(1, 32, kernel_size=5, stride=1, padding=2),"
CONV2 = "nn.Conv2d(32, 64, kernel_size=5, stride=2, padding=2),"
CONV3 = "nn.Conv2d(64, 64, kernel_size=5, stride=1, padding=2),"
CONV4 = "nn.Conv2d(64, 128, kernel_size=5, stride=2, padding=2),"
POOL = "nn.AdaptiveAvgPool2d(1),"
HEAD = "nn.Conv2d(128, 10, kernel_size=1),\n    nn.Flatten(),"
LAST = "nn.Linear(256, 10),"


def _cnn(name: str, says: str, *changes: tuple[str, str]) -> Case:
    new = CNN
    for old, text in changes:
        assert old in new, (name, old)
        new = new.replace(old, text)
    return Case(name, "models", ((CNN, new),), {"cnn": says})


def _mlp(name: str, says: str, *changes: tuple[str, str]) -> Case:
    new = MLP
    for old, text in changes:
        assert old in new, (name, old)
        new = new.replace(old, text)
    return Case(name, "models", ((MLP, new),), {"mlp": says})


def _without_relu(convolution: str) -> tuple[str, str]:
    return f"{convolution}\n    nn.ReLU(),", convolution


MISTAKES = [
    _cnn("no padding", "1st convolution has padding 0; expected 2", (", padding=2", "")),
    _cnn("no padding in the first", "1st convolution has padding 0", (CONV1, CONV1.replace(", padding=2", ""))),
    _cnn("no padding in the strided ones", "2nd convolution has padding 0", ("stride=2, padding=2", "stride=2")),
    _cnn("padding 32", "padding 32; expected 2", (CONV1, CONV1.replace("padding=2", "padding=32"))),
    _cnn("padding 1", "padding 1; expected 2", ("padding=2", "padding=1")),
    _cnn("second not strided", "2nd convolution has stride 1; expected 2", (CONV2, CONV2.replace("stride=2", "stride=1"))),
    _cnn("third strided too", "3rd convolution has stride 2; expected 1", (CONV3, CONV3.replace("stride=1", "stride=2"))),
    _cnn("128 outputs", "2×128; it should be 2×10", ("nn.Conv2d(128, 10", "nn.Conv2d(128, 128")),
    _cnn("kernels of 3", "kernel size 3; expected 5", ("kernel_size=5", "kernel_size=3"), ("padding=2", "padding=1")),
    _cnn("dilated", "padding 4", (CONV3, "nn.Conv2d(64, 64, kernel_size=5, padding=4, dilation=2),")),
    _cnn("third convolution missing", "4 convolutions where 5 are expected", (f"{CONV3}\n    nn.ReLU(),\n    ", "")),
    _cnn("half as wide", "maps 1 to 16 channels; expected 1 to 32", ("(1, 32", "(1, 16"), ("(32, 64", "(16, 64")),
    _cnn("no ReLU", "There is no ReLU between", ("    nn.ReLU(),\n", "")),
    _cnn("no ReLU after the first", "ReLU is missing before the 2nd convolution", _without_relu(CONV1)),
    _cnn("no ReLU after the second", "ReLU is missing before the 3rd convolution", _without_relu(CONV2)),
    _cnn("no ReLU after the last", "last 5×5 convolution is missing", _without_relu(CONV4)),
    _cnn("sigmoid instead of ReLU", "2nd convolution", ("nn.ReLU()", "nn.Sigmoid()")),
    _cnn("leaky ReLU", "2nd convolution", ("nn.ReLU()", "nn.LeakyReLU()")),
    _cnn("GELU", "2nd convolution", ("nn.ReLU()", "nn.GELU()")),
    _cnn("max pooling", "5th convolution is fed something else", (POOL, "nn.AdaptiveMaxPool2d(1),")),
    _cnn("average pooling between layers", "", (CONV3, f"nn.AvgPool2d(2),\n    {CONV3}")),
    _cnn("flattened, then linear", "linear layer", (f"{POOL}\n    {HEAD}", "nn.Flatten(), nn.Linear(128 * (image_size // 4) ** 2, 10),")),
    _cnn("no Flatten", "output is 2×10×1×1; it should be 2×10", ("    nn.Flatten(),\n", "")),
    _cnn("softmax", "softmax", (HEAD, f"{HEAD}\n    nn.Softmax(dim=1),")),
    _cnn("ReLU at the end", "ReLU at the end", (HEAD, f"{HEAD}\n    nn.ReLU(),")),
    _cnn("dropout", "not in train mode", (POOL, f"nn.Dropout(0.5),\n    {POOL}")),
    _cnn("batch normalisation", "0 are expected", (CONV1, f"{CONV1} nn.BatchNorm2d(32),")),
    _cnn("no biases", "has no bias", (CONV2, CONV2.replace("padding=2", "padding=2, bias=False"))),
    _cnn("reflected borders", "padding mode reflect", (CONV1, CONV1.replace("padding=2", "padding=2, padding_mode='reflect'"))),
    _cnn("strides in the wrong convolutions", "1st convolution has stride 2; expected 1", (CONV1, CONV1.replace("stride=1", "stride=2")), (CONV2, CONV2.replace("stride=2", "stride=1"))),
    _cnn("same layer used twice", "used more than once", (CNN, "def get_cnn(image_size):\n    same = nn.Conv2d(64, 64, 5, padding=2)\n    return nn.Sequential(nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.Conv2d(32, 64, 5, 2, 2), nn.ReLU(), same, nn.ReLU(), same, nn.ReLU(), nn.Conv2d(64, 128, 5, 2, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Conv2d(128, 10, 1), nn.Flatten())")),
    _cnn("padding of the input's size", "padding", ("padding=2", "padding=image_size // 2")),
    _cnn("an instance in place of a function", "a network already", (CNN, CNN.replace("lambda image_size: ", ""))),
    _mlp("no ReLU", "no ReLU between", ("    nn.ReLU(),\n", "")),
    _mlp("one ReLU missing", "ReLU is missing before the 2nd linear layer", ("256),\n    nn.ReLU(),\n    nn.Linear(256, 256),\n    nn.ReLU(),\n    nn.Linear(256, 256),\n    nn.ReLU(),\n    nn.Linear(256, 256)", "256),\n    nn.Linear(256, 256),\n    nn.ReLU(),\n    nn.Linear(256, 256),\n    nn.ReLU(),\n    nn.Linear(256, 256)")),
    _mlp("one layer too few", "4 linear layers where 5 are expected", ("    nn.Linear(256, 256),\n    nn.ReLU(),\n    nn.Linear(256, 10)", "    nn.Linear(256, 10)")),
    _mlp("one layer too many", "6 linear layers where 5 are expected", (LAST, "nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10),")),
    _mlp("half as wide", "expected 784 to 256", ("256", "128")),
    _mlp("size not squared", "", ("image_size**2", "image_size * 28")),
    _mlp("size written out", "", ("image_size**2", "784")),
    _mlp("sigmoid", "2nd linear layer", ("nn.ReLU()", "nn.Sigmoid()")),
    _mlp("tanh", "2nd linear layer", ("nn.ReLU()", "nn.Tanh()")),
    _mlp("softmax", "softmax", (LAST, f"{LAST}\n    nn.Softmax(1),")),
    _mlp("ReLU at the end", "ReLU at the end", (LAST, f"{LAST}\n    nn.ReLU(),")),
    _mlp("dropout", "not in train mode", (LAST, f"nn.Dropout(0.2),\n    {LAST}")),
    _mlp("one hidden layer three times", "", (MLP, "def get_mlp(image_size):\n    hidden = nn.Linear(256, 256)\n    return nn.Sequential(nn.Flatten(), nn.Linear(image_size**2, 256), nn.ReLU(), hidden, nn.ReLU(), hidden, nn.ReLU(), hidden, nn.ReLU(), nn.Linear(256, 10))")),
    _mlp("no Flatten", "", ("    nn.Flatten(),\n", "")),
    _mlp("100 classes", "3×100; it should be 3×10", ("nn.Linear(256, 10)", "nn.Linear(256, 100)")),
    _mlp("returns the class", "gradient", (MLP, "class Net(nn.Module):\n    def __init__(self, size):\n        super().__init__()\n        self.net = nn.Sequential(nn.Flatten(), nn.Linear(size**2, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))\n    @torch.no_grad()\n    def forward(self, x):\n        return self.net(x)\nget_mlp = Net")),
    _mlp("depends on the other images of a batch", "other images", (MLP, "class Net(nn.Module):\n    def __init__(self, size):\n        super().__init__()\n        self.net = nn.Sequential(nn.Flatten(), nn.Linear(size**2, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))\n    def forward(self, x):\n        return self.net(x - x.mean(0))\nget_mlp = Net")),
    _mlp("softmax over the batch", "other images", (LAST, f"{LAST}\n    nn.Softmax(0),")),
    _mlp("keeps state between calls", "another output the second time", (MLP, "class Net(nn.Module):\n    def __init__(self, size):\n        super().__init__()\n        self.net = nn.Sequential(nn.Flatten(), nn.Linear(size**2, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))\n        self.last = 0.0\n    def forward(self, x):\n        out = self.net(x) + 0.1 * self.last\n        self.last = out.detach().mean()\n        return out\nget_mlp = Net")),
]  # fmt: skip


def _right(name: str, *changes: tuple[str, str], **other: object) -> Case:
    return Case(name, "models", changes, **other)  # type: ignore[arg-type]


_MLP_CLASS = """class MLP(nn.Module):
    def __init__(self, image_size: int, hidden=256, n_classes=10) -> None:
        super(MLP, self).__init__()
        self.fc5 = nn.Linear(hidden, n_classes)
        self.fc1 = nn.Linear(image_size * image_size, hidden)
        self.fc2 = nn.Linear(hidden, hidden)
        self.fc4 = nn.Linear(hidden, hidden)
        self.fc3 = nn.Linear(hidden, hidden)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.view(x.shape[0], -1)
        for fc in (self.fc1, self.fc2, self.fc3, self.fc4):
            x = self.relu(fc(x))
        return self.fc5(x)
"""
_CNN_CLASS = """class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 5, padding='same')
        self.conv2 = nn.Conv2d(32, 64, 5, 2, 2)
        self.conv3 = nn.Conv2d(64, 64, 5, padding='same')
        self.conv4 = nn.Conv2d(64, 128, 5, 2, 2)
        self.out = nn.Conv2d(128, 10, 1)

    def forward(self, x):
        assert x.dim() == 4
        if x.shape[1] != 1:
            x = x[:, :1]
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.adaptive_avg_pool2d(x, 1)
        return torch.flatten(self.out(x), 1)
"""

VARIANTS = [
    _right("classes in place of lambdas", (MLP, f"{_MLP_CLASS}\nget_mlp = lambda image_size: MLP(image_size)"), (CNN, f"{_CNN_CLASS}\nget_cnn = lambda image_size: CNN()")),
    _right("the class is the function", (MLP, f"{_MLP_CLASS}\nget_mlp = MLP")),
    _right("functions in place of lambdas", (MLP, MLP.replace("get_mlp = lambda image_size: ", "def get_mlp(image_size):\n    return ")), (CNN, CNN.replace("get_cnn = lambda image_size: ", "def get_cnn(image_size: int = 28) -> nn.Module:\n    return "))),
    _right("same padding", ("stride=1, padding=2", "padding='same'")),
    _right("kernels and padding as pairs", ("kernel_size=5", "kernel_size=(5, 5)"), ("padding=2", "padding=(2, 2)")),
    _right("ReLU in place", ("nn.ReLU()", "nn.ReLU(inplace=True)")),
    _right("one shared ReLU", ("nn.ReLU()", "relu"), ("get_mlp = ", "relu = nn.ReLU()\nget_mlp = ")),
    _right("a global kernel size", ("get_mlp = ", "K = 5\nHIDDEN = 256\nget_mlp = "), ("kernel_size=5", "kernel_size=K"), ("256,", "HIDDEN,")),
    _right("a layer builder", (CNN, "def conv(i, o, s):\n    return [nn.Conv2d(i, o, 5, stride=s, padding=2), nn.ReLU()]\n\nget_cnn = lambda image_size: nn.Sequential(*conv(1, 32, 1), *conv(32, 64, 2), *conv(64, 64, 1), *conv(64, 128, 2), nn.AdaptiveAvgPool2d(1), nn.Conv2d(128, 10, 1), nn.Flatten())")),
    _right("an ordered dictionary", (CNN, "from collections import OrderedDict\nget_cnn = lambda image_size: nn.Sequential(OrderedDict([('c1', nn.Conv2d(1, 32, 5, padding=2)), ('r1', nn.ReLU()), ('c2', nn.Conv2d(32, 64, 5, 2, 2)), ('r2', nn.ReLU()), ('c3', nn.Conv2d(64, 64, 5, padding=2)), ('r3', nn.ReLU()), ('c4', nn.Conv2d(64, 128, 5, 2, 2)), ('r4', nn.ReLU()), ('pool', nn.AdaptiveAvgPool2d((1, 1))), ('out', nn.Conv2d(128, 10, 1)), ('flat', nn.Flatten())]))")),
    _right("lazy layers", ("nn.Conv2d(1, 32,", "nn.LazyConv2d(32,"), ("nn.Conv2d(32, 64,", "nn.LazyConv2d(64,"), ("nn.Linear(image_size**2, 256)", "nn.LazyLinear(256)")),
    _right("linear head", (HEAD, "nn.Flatten(),\n    nn.Linear(128, 10),")),
    _right("head before the pooling", (f"{POOL}\n    {HEAD}", f"nn.Conv2d(128, 10, 1),\n    {POOL}\n    nn.Flatten(),")),
    _right("average pooling of the whole", (POOL, "nn.AvgPool2d(kernel_size=(image_size + 3) // 4),")),
    _right("mean over the axes", (CNN, _CNN_CLASS.replace("F.adaptive_avg_pool2d(x, 1)", "x.mean(dim=(2, 3), keepdim=True)") + "\nget_cnn = lambda image_size: CNN()")),
    _right("mean, then linear", (CNN, _CNN_CLASS.replace("nn.Conv2d(128, 10, 1)", "nn.Linear(128, 10)").replace("F.adaptive_avg_pool2d(x, 1)", "x.mean((-1, -2))").replace("torch.flatten(self.out(x), 1)", "self.out(x)") + "\nget_cnn = lambda image_size: CNN()")),
    _right("max with zero", ("nn.ReLU()", "Positive()"), before=("class Positive(nn.Module):\n    def forward(self, x):\n        return torch.maximum(x, torch.zeros_like(x))",)),
    _right("lambda with a default", ("get_mlp = lambda image_size:", "get_mlp = lambda image_size=28, width=256:")),
    _right("weights initialised by hand", (MLP, f"{_MLP_CLASS}\ndef init_weights(m):\n    if isinstance(m, nn.Linear):\n        nn.init.kaiming_normal_(m.weight)\n        m.bias.data.fill_(0.01)\n\ndef get_mlp(image_size):\n    net = MLP(image_size)\n    net.apply(init_weights)\n    return net")),
    _right("sent to the device", ("get_mlp = lambda image_size: nn.Sequential(", "get_mlp = lambda image_size: nn.Sequential("), (MLP, f"{_MLP_CLASS}\nget_mlp = lambda image_size: MLP(image_size).to(device)")),
    _right("sent to a GPU", (MLP, f"{_MLP_CLASS}\nget_mlp = lambda image_size: MLP(image_size).cuda()"), (CNN, f"{_CNN_CLASS}\nget_cnn = lambda image_size: CNN().to('cuda')")),
    _right("built on the device", (MLP, f"{_MLP_CLASS.replace('hidden)', 'hidden, device=device)')}\nget_mlp = lambda image_size: MLP(image_size)")),
    _right("converted to single precision", (MLP, f"{_MLP_CLASS.replace('x = x.view(', 'x = x.float().view(')}\nget_mlp = lambda image_size: MLP(image_size)")),
    _right("unused layers", (CNN, _CNN_CLASS.replace("        self.out", "        self.old = nn.Conv2d(3, 3, 3)\n        self.bn = nn.BatchNorm2d(32)\n        self.out") + "\nget_cnn = lambda image_size: CNN()")),
    _right("dropout of nothing", (LAST, f"nn.Dropout(p=0.0),\n    {LAST}")),
    _right("convolutions by hand", (CNN, _CNN_CLASS.replace("F.relu(self.conv1(x))", "F.relu(F.conv2d(x, self.conv1.weight, self.conv1.bias, padding=2))") + "\nget_cnn = lambda image_size: CNN()")),
    _right("parameters of its own", (MLP, "class Net(nn.Module):\n    def __init__(self, size):\n        super().__init__()\n        sizes = [size * size, 256, 256, 256, 256, 10]\n        self.w = nn.ParameterList([nn.Parameter(torch.randn(i, o) / i**0.5) for i, o in zip(sizes, sizes[1:])])\n        self.b = nn.ParameterList([nn.Parameter(torch.zeros(o)) for o in sizes[1:]])\n    def forward(self, x):\n        x = x.flatten(1)\n        for k in range(5):\n            x = x @ self.w[k] + self.b[k]\n            if k < 4:\n                x = x.relu()\n        return x\nget_mlp = Net"), person=("mlp",), says={"mlp": "tensors of its own"}),
    _right("log-softmax before cross-entropy", (LAST, f"{LAST}\n    nn.LogSoftmax(dim=1),"), (HEAD, f"{HEAD}\n    nn.LogSoftmax(dim=1),"), says={"mlp": "log-softmax", "cnn": "log-softmax"}),
]  # fmt: skip
