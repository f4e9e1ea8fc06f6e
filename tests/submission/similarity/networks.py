"""Networks as students write them: a perceptron, a convolutional network, a residual block."""

from __future__ import annotations

import itertools

from tests.submission.similarity.hand import Hand, indented


class Networks(Hand):
    """The models of one student."""

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
            f"def get_{name}(image_size):\n" + indented(f"return {joined}"),
            f"get_{name} = lambda image_size: {joined}",
            f"def get_{name}(image_size):\n" + indented(f"model = {joined}\nreturn model"),
            *(f"def get_{name}(image_size):\n" + indented(loop.strip()) for loop in loops),
            f"class {title}(nn.Module):\n    def __init__(self, image_size):\n        super().__init__()\n"
            + indented(indented(fields))
            + "\n\n    def forward(self, x):\n"
            + indented(indented(forward))
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
            + indented(indented(init))
            + "\n\n    def forward(self, x):\n"
            + indented(indented(forward))
        )
