"""Students who write the notebook of PS09 independently: each decides for himself, from a seed.

Every choice has the forms that hand-ins show; common ones are drawn more often, as they are in a class.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.submission.model import Source
from tests.submission.similarity.hand import indented
from tests.submission.similarity.networks import Networks


class Writer(Networks):
    """One student; `solution()` is what he hands in."""

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
        lines = [*body, loop, *(indented(line) for line in step), "return <lh>, <ah>, <rh>"]
        header = "def train_epoch(model, optimizer, scheduler, criterion, train_loader, epoch, device):\n"
        return self.fill(header + indented("\n".join(lines)))

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
            + indented(body)
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
