"""Students who write the notebook of PS09 independently: each decides for himself, from a seed.

Every choice has the forms that hand-ins show; common ones are drawn more often, as they are in a class.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Sequence

from autograder.submission.model import Source

_NAMES = {
    "x": ["data", "x", "images", "inputs", "batch", "X", "img"],
    "y": ["target", "y", "labels", "targets", "label", "Y"],
    "out": ["output", "out", "pred", "logits", "outputs", "y_hat", "scores"],
    "loss": ["loss", "loss_value", "batch_loss", "l", "cost"],
    "acc": ["acc", "accuracy", "correct", "accuracy_float", "a", "hits"],
    "lh": ["loss_history", "losses", "loss_hist"],
    "ah": ["accuracy_history", "accs", "acc_hist", "accuracies"],
    "rh": ["lr_history", "lrs", "rates"],
}


class Writer:
    """One student; `solution()` is what he hands in."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.names = {key: self.rng.choice(names) for key, names in _NAMES.items()}

    def solution(self) -> list[str]:
        """The texts of the cells."""
        parts = [
            self._imports(),
            self.loaders(),
            self.mlp(),
            self.cnn(),
            self.train(),
            self.block(),
        ]
        return [*parts, *self.experiments()]

    def one_of(self, *forms: str) -> str:
        """A form; earlier ones are more frequent."""
        return self.rng.choices(forms, [1 / (place + 1) for place in range(len(forms))])[0]

    def fill(self, text: str) -> str:
        """The text with the student's own names."""
        return re.sub(r"<(\w+)>", lambda match: self.names[match[1]], text)

    def _imports(self) -> str:
        lines = [
            "import torch",
            "import torch.nn as nn",
            "from torchvision import datasets, transforms",
        ]
        extra = [
            "import numpy as np",
            "import matplotlib.pyplot as plt",
            "from tqdm import tqdm",
            "import time",
        ]
        return "\n".join(lines + self.rng.sample(extra, 2))

    def train(self) -> str:
        o = self.one_of
        body = [o("model.train()", "model = model.train()", "model.to(device)\nmodel.train()")]
        body.append(
            o(
                "<lh>, <ah>, <rh> = [], [], []",
                "<lh> = []\n<ah> = []\n<rh> = []",
                "<rh> = []\n<lh> = []\n<ah> = []",
                "<lh>, <ah>, <rh> = list(), list(), list()",
            )
        )
        step = [
            o(
                "<x>, <y> = <x>.to(device), <y>.to(device)",
                "<x> = <x>.to(device)\n<y> = <y>.to(device)",
                "<x>, <y> = <x>.to(device, non_blocking=True), <y>.to(device, non_blocking=True)",
            )
        ]
        zero = o(
            "optimizer.zero_grad()", "optimizer.zero_grad(set_to_none=True)", "model.zero_grad()"
        )
        forward = o(
            "<out> = model(<x>)\n<loss> = criterion(<out>, <y>)",
            "<out> = model.forward(<x>)\n<loss> = criterion(<out>, <y>)",
            "<out> = model(<x>)\n<loss> = criterion(<out>, <y>.long())",
        )
        step += self.rng.choice(
            [[zero, forward, "<loss>.backward()"], [forward, zero, "<loss>.backward()"]]
        )
        accuracy = o(
            "<acc> = (<out>.argmax(dim=1) == <y>).float().mean().item()",
            "<acc> = (<out>.argmax(1) == <y>).sum().item() / len(<y>)",
            "_, predicted = torch.max(<out>, 1)\n<acc> = (predicted == <y>).sum().item() / <y>.size(0)",
            "<acc> = <out>.argmax(dim=1).eq(<y>).float().mean().item()",
            "predicted = <out>.max(1)[1]\n<acc> = predicted.eq(<y>).sum().item() / <x>.shape[0]",
            "with torch.no_grad():\n    <acc> = torch.mean((torch.argmax(<out>, dim=-1) == <y>).double()).item()",
            "predicted = torch.softmax(<out>, dim=1).argmax(dim=1)\n<acc> = torch.sum(predicted == <y>).item() / len(<x>)",
        )
        keep = [
            "<lh>.append(<loss>.item())",
            "<ah>.append(<acc>)",
            "<rh>.append("
            + o(
                "scheduler.get_last_lr()[0]",
                "optimizer.param_groups[0]['lr']",
                "scheduler.get_last_lr()[-1]",
            )
            + ")",
        ]
        update = ["optimizer.step()", "scheduler.step()"]
        step += self.rng.choice([[*update, accuracy], [accuracy, *update]]) + self._shuffled(keep)
        step += self._print()
        loop = o(
            "for <x>, <y> in train_loader:",
            "for i, (<x>, <y>) in enumerate(train_loader):",
            "for batch in train_loader:\n    <x>, <y> = batch",
            "for i, batch in enumerate(tqdm(train_loader)):\n    <x>, <y> = batch[0], batch[1]",
        )
        lines = [*body, loop, *(_indent(line) for line in step), "return <lh>, <ah>, <rh>"]
        header = "def train_epoch(model, optimizer, scheduler, criterion, train_loader, epoch, device):\n"
        return self.fill(header + _indent("\n".join(lines)))

    def _print(self) -> list[str]:
        forms = [
            [],
            [],
            ["if i % 100 == 0:\n    print(epoch, i, <loss>.item())"],
            ["if len(<lh>) % 50 == 0:\n    print(f'{epoch}: {<loss>.item():.4f}, {<acc>:.2%}')"],
            ["print('epoch', epoch, 'loss', sum(<lh>) / len(<lh>))"],
        ]
        return self.rng.choice(forms)

    def _shuffled(self, lines: Sequence[str]) -> list[str]:
        return self.rng.sample(list(lines), len(lines))

    def mlp(self) -> str:
        size = self.one_of(
            "image_size ** 2",
            "image_size * image_size",
            "image_size**2 * 1",
            "int(image_size * image_size)",
        )
        act = self.one_of("nn.ReLU()", "nn.ReLU(inplace=True)", "nn.ReLU(True)")
        widths = [size, "256", "256", "256", "256", "10"]
        layers = ["nn.Flatten()"]
        for n, (a, b) in enumerate(itertools.pairwise(widths)):
            layers += [f"nn.Linear({a}, {b})"] + ([act] if n < 4 else [])
        loop = f"""
layers = [nn.Flatten(), nn.Linear({size}, 256), {act}]
for _ in range(3):
    layers {self.one_of("+= [nn.Linear(256, 256), " + act + "]", ".extend([nn.Linear(256, 256), " + act + "])")}
layers.append(nn.Linear(256, 10))
return nn.Sequential(*layers)"""
        sizes = f"""
sizes = [{size}, 256, 256, 256, 256]
modules = [nn.Flatten()]
for a, b in zip(sizes[:-1], sizes[1:]):
    modules += [nn.Linear(a, b), {act}]
return nn.Sequential(*modules, nn.Linear(sizes[-1], 10))"""
        named = f"""
hidden = {self.one_of("256", "int(256)", "2 ** 8")}
return nn.Sequential(nn.Flatten(), nn.Linear({size}, hidden), {act}, nn.Linear(hidden, hidden), {act}, nn.Linear(hidden, hidden), {act}, nn.Linear(hidden, hidden), {act}, nn.Linear(hidden, 10))"""
        fields = "\n".join(
            f"self.fc{n + 1} = nn.Linear({a}, {b})"
            for n, (a, b) in enumerate(itertools.pairwise(widths))
        )
        steps = "\n".join(
            f"x = {self.one_of('F.relu', 'torch.relu')}(self.fc{n}(x))" for n in range(1, 5)
        )
        flat = self.one_of(
            "x = x.view(x.size(0), -1)",
            "x = torch.flatten(x, 1)",
            "x = x.flatten(1)",
            "x = x.reshape(x.shape[0], -1)",
        )
        return self._model(
            "mlp",
            "MLP",
            layers,
            [loop, sizes, named],
            fields,
            f"{flat}\n{steps}\nreturn self.fc5(x)",
        )

    def cnn(self) -> str:
        rows = [(1, 32, 1), (32, 64, 2), (64, 64, 1), (64, 128, 2)]
        act = self.one_of("nn.ReLU()", "nn.ReLU(inplace=True)", "nn.ReLU(True)")
        style = self.one_of(
            "{}, {}, kernel_size=5, stride={}, padding=2",
            "{}, {}, 5, stride={}, padding=2",
            "{}, {}, 5, {}, 2",
            "in_channels={}, out_channels={}, kernel_size=(5, 5), stride={}, padding=2",
        )
        pool = self.one_of(
            "nn.AdaptiveAvgPool2d(1)",
            "nn.AdaptiveAvgPool2d((1, 1))",
            "nn.AdaptiveAvgPool2d(output_size=1)",
            "nn.AvgPool2d(image_size // 4)",
        )
        head = self.one_of(
            "nn.Conv2d(128, 10, 1)",
            "nn.Conv2d(128, 10, kernel_size=1)",
            "nn.Conv2d(128, 10, kernel_size=1, stride=1, padding=0)",
        )
        convs = [f"nn.Conv2d({style.format(*row)})" for row in rows]
        layers = [part for conv in convs for part in (conv, act)] + [pool, head, "nn.Flatten()"]
        loop = f"""
layers = []
for a, b, s in {self.one_of("[(1, 32, 1), (32, 64, 2), (64, 64, 1), (64, 128, 2)]", "zip([1, 32, 64, 64], [32, 64, 64, 128], [1, 2, 1, 2])")}:
    layers.append(nn.Conv2d(a, b, 5, stride=s, padding=2))
    layers.append({act})
layers += [{pool}, {head}, nn.Flatten()]
return nn.Sequential(*layers)"""
        helper = f"""
def conv(i, o, s):
    return nn.Sequential(nn.Conv2d(i, o, 5, s, 2), {act})
return nn.Sequential(conv(1, 32, 1), conv(32, 64, 2), conv(64, 64, 1), conv(64, 128, 2), {pool}, {head}, nn.Flatten())"""
        fields = "\n".join(
            f"self.conv{n} = {conv}" for n, conv in enumerate(convs, 1)
        ) + f"\nself.pool = {pool}\nself.head = {head}".replace("image_size // 4", "size // 4")
        steps = "\n".join(
            f"x = {self.one_of('F.relu', 'torch.relu')}(self.conv{n}(x))" for n in range(1, 5)
        )
        last = self.one_of(
            "return self.head(self.pool(x)).flatten(1)",
            "x = self.pool(x)\nx = self.head(x)\nreturn torch.flatten(x, 1)",
            "return self.head(self.pool(x)).squeeze(-1).squeeze(-1)",
            "x = self.head(self.pool(x))\nreturn x.view(x.size(0), -1)",
        )
        return self._model("cnn", "CNN", layers, [loop, helper], fields, f"{steps}\n{last}")

    def _model(
        self, name: str, title: str, layers: list[str], loops: list[str], fields: str, forward: str
    ) -> str:
        joined = "nn.Sequential(\n    " + ",\n    ".join(layers) + ",\n)"
        forms = [
            f"def get_{name}(image_size):\n" + _indent(f"return {joined}"),
            f"get_{name} = lambda image_size: {joined}",
            f"def get_{name}(image_size):\n" + _indent(f"model = {joined}\nreturn model"),
            *(f"def get_{name}(image_size):\n" + _indent(loop.strip()) for loop in loops),
            f"class {title}(nn.Module):\n    def __init__(self, image_size):\n        super().__init__()\n"
            + _indent(_indent(fields))
            + "\n\n    def forward(self, x):\n"
            + _indent(_indent(forward))
            + f"\n\ndef get_{name}(image_size):\n    return {title}(image_size)",
        ]
        return self.one_of(*forms)

    def block(self) -> str:
        o = self.one_of
        conv = o(
            "nn.Conv2d({}, out_channels, kernel_size=3, stride={}, padding=1)",
            "nn.Conv2d({}, out_channels, 3, stride={}, padding=1)",
            "nn.Conv2d({}, out_channels, 3, {}, 1)",
            "nn.Conv2d({}, out_channels, kernel_size=(3, 3), stride={}, padding='same' if stride == 1 else 1)",
        )
        first, second = conv.format("in_channels", "stride"), conv.format("out_channels", "1")
        norm, relu = "nn.BatchNorm2d(out_channels)", o("nn.ReLU()", "nn.ReLU(inplace=True)")
        differs = o(
            "stride != 1 or in_channels != out_channels",
            "in_channels != out_channels or stride != 1",
            "stride > 1 or in_channels != out_channels",
            "not (stride == 1 and in_channels == out_channels)",
        )
        skip = o(
            f"self.skip = None\nif {differs}:\n    self.skip = nn.Sequential({first}, {norm})",
            f"self.skip = nn.Identity()\nif {differs}:\n    self.skip = nn.Sequential({first}, {norm})",
            f"if {differs}:\n    self.skip = nn.Sequential({first}, {norm})\nelse:\n    self.skip = nn.Identity()",
            f"self.change = {differs}\nif self.change:\n    self.conv3 = {first}\n    self.norm3 = {norm}",
            f"self.skip = nn.Sequential({first}, {norm}) if {differs} else nn.Identity()",
            f"self.skip = nn.Sequential()\nif {differs}:\n    self.skip = nn.Sequential(\n        {first},\n        {norm},\n    )",
        )
        through = (
            "self.norm3(self.conv3(x)) if self.change else x"
            if "self.change" in skip
            else "self.skip(x)"
        )
        if "None" in skip:
            through = o(
                "self.skip(x) if self.skip is not None else x",
                "x if self.skip is None else self.skip(x)",
                "self.skip(x) if self.skip else x",
            )
        if self.rng.random() < 0.4:
            main = f"self.body = nn.Sequential({first}, {norm}, {relu}, {second}, {norm})"
            forward = o(
                f"return {o('F.relu', 'torch.relu')}(self.body(x) + {through})",
                f"residual = {through}\nout = self.body(x)\nout = out + residual\nreturn torch.relu(out)",
                f"out = self.body(x)\nout += {through}\nreturn self.relu(out)",
            )
            main += f"\nself.relu = {relu}"
        else:
            lines = [
                f"self.c1 = {first}",
                f"self.n1 = {norm}",
                f"self.c2 = {second}",
                f"self.n2 = {norm}",
                f"self.relu = {relu}",
            ]
            main = "\n".join(
                self.rng.choice(
                    [
                        lines,
                        [lines[0], lines[2], lines[1], lines[3], lines[4]],
                        [lines[4], *lines[:4]],
                    ]
                )
            )
            forward = o(
                f"out = self.relu(self.n1(self.c1(x)))\nout = self.n2(self.c2(out))\nreturn self.relu(out + {through})",
                f"identity = x\nout = self.c1(x)\nout = self.n1(out)\nout = self.relu(out)\nout = self.c2(out)\nout = self.n2(out)\nidentity = {through}\nout += identity\nreturn self.relu(out)",
                f"y = self.n2(self.c2(self.relu(self.n1(self.c1(x)))))\nreturn self.relu(y + {through})",
                f"residual = {through}\nx = self.relu(self.n1(self.c1(x)))\nx = self.n2(self.c2(x))\nx = self.relu(x + residual)\nreturn x",
            )
        start = o("super().__init__()", "super(ResidualBlock, self).__init__()")
        init = "\n".join([start, *self.rng.choice([[main, skip], [skip, main]])])
        return (
            "class ResidualBlock(nn.Module):\n    def __init__(self, in_channels, out_channels, stride):\n"
            + _indent(_indent(init))
            + "\n\n    def forward(self, x):\n"
            + _indent(_indent(forward))
        )

    def loaders(self) -> str:
        o = self.one_of
        constants = o(
            "if base_dataset == datasets.MNIST:\n    mean, std = 0.1307, 0.3081\nelse:\n    mean, std = 0.286041, 0.353024",
            "if base_dataset is datasets.MNIST:\n    mean = 0.1307\n    std = 0.3081\nelif base_dataset is datasets.FashionMNIST:\n    mean = 0.286041\n    std = 0.353024\nelse:\n    raise ValueError('unknown data set')",
            "mean, std = {datasets.MNIST: (0.1307, 0.3081), datasets.FashionMNIST: (0.286041, 0.353024)}[base_dataset]",
            "stats = {'MNIST': (0.1307, 0.3081), 'FashionMNIST': (0.286041, 0.353024)}\nmean, std = stats[base_dataset.__name__]",
            "mean, std = (0.1307, 0.3081) if base_dataset == datasets.MNIST else (0.286041, 0.353024)",
        )
        transform = o(
            "transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((mean,), (std,))])",
            "transform = transforms.Compose([\n    transforms.ToTensor(),\n    transforms.Normalize(mean, std),\n])",
            "t = [transforms.ToTensor(), transforms.Normalize([mean], [std])]\ntransform = transforms.Compose(t)",
        )
        root = o("'data'", "'./data'", "root='data'", "'/content/data'")
        options = o(
            "img_size=img_size, random_shift=random_shift, scramble_image=scramble_image, noise=noise",
            "img_size=img_size, noise=noise, random_shift=random_shift, scramble_image=scramble_image",
            "**options",
        )
        made = (
            "options = dict(img_size=img_size, random_shift=random_shift, scramble_image=scramble_image, noise=noise)"
            if options == "**options"
            else ""
        )
        cls = o("cls = modify(base_dataset)", "ModifiedDataset = modify(base_dataset)", "")
        called = cls.partition(" ")[0] or "modify(base_dataset)"
        sets = o(
            f"train_set = {called}({root}, train=True, transform=transform, {options})\ntest_set = {called}({root}, train=False, transform=transform, {options})",
            f"train_set, test_set = [{called}({root}, train=t, transform=transform, {options}) for t in (True, False)]",
            f"train_set = {called}({root}, train=True, download=True, transform=transform, {options})\ntest_set = {called}({root}, train=False, download=True, transform=transform, {options})",
        )
        loader = o("torch.utils.data.DataLoader", "DataLoader")
        loads = o(
            f"train_loader = {loader}(train_set, batch_size=batch_size, shuffle=True)\nval_loader = {loader}(test_set, batch_size=batch_size, shuffle=False)",
            f"train_loader = {loader}(train_set, batch_size, shuffle=True, num_workers=2)\nval_loader = {loader}(test_set, batch_size, shuffle=False, num_workers=2)",
            f"train_loader = {loader}(train_set, batch_size=batch_size, shuffle=True, drop_last=False)\nval_loader = {loader}(test_set, batch_size=batch_size)",
            f"train_loader = {loader}(train_set, shuffle=True, batch_size=batch_size)\nval_loader = {loader}(test_set, shuffle=False, batch_size=batch_size)",
        )
        show = o(
            "",
            "if show_examples:\n    images, labels = next(iter(train_loader))\n    plt.imshow(images[0].squeeze(), cmap='gray')\n    plt.show()",
            "if show_examples:\n    fig, axes = plt.subplots(1, 5)\n    for ax, (im, _) in zip(axes, train_set):\n        ax.imshow(im[0])",
        )
        order = self.rng.choice(
            [
                [constants, transform, cls, made],
                [cls, made, constants, transform],
                [made, cls, constants, transform],
            ]
        )
        body = "\n".join(
            line for line in [*order, sets, loads, show, "return train_loader, val_loader"] if line
        )
        return (
            "def get_dataloaders(base_dataset, batch_size, img_size=28, random_shift=False, scramble_image=False, noise=0.0, show_examples=False):\n"
            + _indent(body)
        )

    def experiments(self) -> list[str]:
        o, r = self.one_of, self.rng
        lr, epochs, batch = (
            o("1e-3", "0.001", "3e-4", "5e-4", "1e-2"),
            r.choice([1, 2, 3, 5, 10]),
            r.choice([32, 64, 100, 128, 256]),
        )
        runs = [
            f"run_training(get_mlp(28), get_dataloaders(datasets.MNIST, {batch}), epochs={epochs}, lr={lr})",
            f"for scramble in (False, True):\n    run_training(get_cnn({r.choice([28, 56])}), get_dataloaders(datasets.MNIST, {batch}, scramble_image=scramble), {epochs}, {lr})",
            f"results = {{}}\nfor name, factory in [('mlp', get_mlp), ('cnn', get_cnn)]:\n    model = factory({r.choice([28, 32, 56])})\n    results[name] = run_training(model, get_dataloaders(datasets.FashionMNIST, {batch}), {epochs}, lr={lr})",
            f"model = get_model({r.choice([8, 14, 20])}).to('cuda')\nloaders = get_dataloaders(datasets.FashionMNIST, {batch}, 32, random_shift=True)\nrun_training(model, loaders, {epochs}, lr={lr}, device='cuda')",
            "print(sum(p.numel() for p in get_mlp(28).parameters()))",
            "x = torch.randn(2, 1, 28, 28)\nassert get_cnn(28)(x).shape == (2, 10)\nassert get_mlp(28)(x).shape == (2, 10)",
            f"start = time.time()\nrun_training(get_cnn(28), get_dataloaders(datasets.MNIST, {batch}), {epochs}, {lr})\nprint(time.time() - start)",
        ]
        return r.sample(runs, r.randint(0, 4))


def sources(cells: Sequence[str]) -> tuple[Source, ...]:
    """Cells as the code of a submission."""
    return tuple(Source(f"ex09.ipynb, cell {n}", text, True) for n, text in enumerate(cells, 1))


def disguised(cells: Sequence[str], seed: int, strength: int = 3) -> list[str]:
    """The cells as somebody hides where they come from: renamed, reordered, reformatted, filled up."""
    rng = random.Random(seed)
    steps: list[Callable[[str, random.Random], str]] = [renamed, commented, widened]
    texts = list(cells)
    for step in steps[:strength]:
        texts = [step(text, rng) for text in texts]
    return rng.sample(texts, len(texts))


def renamed(text: str, rng: random.Random) -> str:
    """Other names for what is local: variables, arguments and attributes of `self`."""
    local = set(re.findall(r"^\s+(?:for )?(\w+)(?:, \w+)* (?:=|in) ", text, re.MULTILINE))
    local |= set(re.findall(r"self\.(\w+) =", text)) - {"train", "eval"}
    for name in sorted(
        local - {"nn", "torch", "F", "self", "return", "train_loader", "val_loader"}
    ):
        text = re.sub(
            rf"(?<![\w])(?<!(?<!self)\.){name}\b(?!=)", f"{name}_{rng.randrange(100)}", text
        )
    return text


def commented(text: str, rng: random.Random) -> str:
    """Comments and blank lines between the lines of code."""
    lines = []
    for line in text.split("\n"):
        if line.strip() and rng.random() < 0.3:
            lines.append(f"{re.match(r' *', line)[0]}# step {rng.randrange(100)}")
        lines.append(line)
        if rng.random() < 0.2:
            lines.append("")
    return "\n".join(lines)


def widened(text: str, rng: random.Random) -> str:
    """Indentation of two steps, and other spaces within lines."""
    text = re.sub(r"^( +)", lambda match: match[1] * 2, text, flags=re.MULTILINE)
    return text.replace(", ", " , " if rng.random() < 0.5 else ",")


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" if line else line for line in text.split("\n"))
