"""Data loaders: mistakes and right variants."""

from __future__ import annotations

from tests.corpus.case import Case

TRAIN = "train_set = dataset_cls(\n        path, train=True, download=True, transform=transform,\n        img_size=img_size, random_shift=random_shift, scramble_image=scramble_image, noise=noise,\n    )"
VAL = "val_set = dataset_cls(\n        path, train=False, download=True, transform=transform,\n        img_size=img_size, random_shift=random_shift, scramble_image=scramble_image, noise=noise,\n    )"
LOAD_TRAIN = (
    "torch.utils.data.DataLoader(train_set, batch_size=batch_size, shuffle=True, num_workers=2)"
)
LOAD_VAL = (
    "torch.utils.data.DataLoader(val_set, batch_size=batch_size, shuffle=False, num_workers=2)"
)
TRANSFORM = "transforms.Compose([transforms.ToTensor(), transforms.Normalize((mean,), (std,))])"


def _wrong(name: str, old: str, new: str, says: str) -> Case:
    return Case(name, "loaders", ((old, new),), {"data-loader": says})


MISTAKES = [
    _wrong("validation is the training split", "path, train=False", "path, train=True", "which is the training split"),
    _wrong("training is the test split", "path, train=True", "path, train=False", "which is the test split"),
    _wrong("validation split off the training set", VAL, f"{TRAIN}\n    train_set, val_set = torch.utils.data.random_split(train_set, [0.9, 0.1])", "it should be the"),
    _wrong("no Normalize", ", transforms.Normalize((mean,), (std,))", "", "no Normalize?"),
    _wrong("mean and deviation swapped", "Normalize((mean,), (std,))", "Normalize((std,), (mean,))", "not normalised with mean"),
    _wrong("normalised to [-1, 1]", "Normalize((mean,), (std,))", "Normalize((0.5,), (0.5,))", "looks like mean 0.5"),
    _wrong("MNIST's statistics for both", '"./data/FMNIST", 0.286041, 0.353024', '"./data/FMNIST", 0.1307, 0.3081', "FashionMNIST: the training images"),
    _wrong("validation not normalised", VAL, VAL.replace("transform=transform", "transform=transforms.ToTensor()"), "validation images are not normalised"),
    _wrong("pixels not scaled to [0, 1]", "transforms.ToTensor()", "transforms.PILToTensor(), transforms.ConvertImageDtype(torch.float32), transforms.Lambda(lambda x: 255 * x)", "not normalised"),
    _wrong("Normalize before ToTensor", "[transforms.ToTensor(), transforms.Normalize((mean,), (std,))]", "[transforms.Normalize((mean,), (std,)), transforms.ToTensor()]", "error"),
    _wrong("no transform", "transform=transform", "transform=None", ""),
    _wrong("training not shuffled", "batch_size=batch_size, shuffle=True", "batch_size=batch_size", "same order in every epoch"),
    _wrong("validation shuffled instead of training", "shuffle=True, num_workers=2)\n    val_loader = torch.utils.data.DataLoader(val_set, batch_size=batch_size, shuffle=False", "shuffle=False)\n    val_loader = torch.utils.data.DataLoader(val_set, batch_size=batch_size, shuffle=True", "same order in every epoch"),
    _wrong("half of the training data", LOAD_TRAIN, LOAD_TRAIN.replace("train_set", "torch.utils.data.Subset(train_set, range(len(train_set) // 2))"), "it should be the training split"),
    _wrong("last batch dropped", "shuffle=True, num_workers=2", "shuffle=True, drop_last=True", "drop_last"),
    _wrong("batch size written out", "batch_size=batch_size, shuffle=True", "batch_size=128, shuffle=True", "batches of 128"),
    _wrong("batch size forgotten in validation", LOAD_VAL, "torch.utils.data.DataLoader(val_set)", "batches of 1"),
    _wrong("drawn with replacement", "shuffle=True", "sampler=torch.utils.data.RandomSampler(train_set, replacement=True)", "each image once"),
    _wrong("image size not passed on to validation", VAL, VAL.replace("img_size=img_size, ", ""), "does not reach the validation set"),
    _wrong("image size written out", "img_size=img_size", "img_size=28", "img_size=56 has no effect"),
    _wrong("shift not passed on to training", TRAIN, TRAIN.replace("random_shift=random_shift, ", ""), "random_shift=True does not reach the training set"),
    _wrong("shift not passed on to validation", VAL, VAL.replace("random_shift=random_shift, ", ""), "random_shift=True does not reach the validation set"),
    _wrong("scrambling not passed on to validation", VAL, VAL.replace("scramble_image=scramble_image, ", ""), "scramble_image=True does not reach the validation set"),
    _wrong("noise only while training", VAL, VAL.replace("noise=noise", "noise=0.0"), "noise=0.5 does not reach the validation set"),
    _wrong("noise nowhere", ", noise=noise,\n    )", ",\n    )", "noise=0.5 has no effect"),
    _wrong("options to nobody", "dataset_cls = ModifiedDataset", "dataset_cls = lambda *args, img_size, random_shift, scramble_image, noise, **kw: base_dataset(*args, **kw)", "has no effect"),
    _wrong("loaders returned in the wrong order", "return train_loader, val_loader", "return val_loader, train_loader", "which is the test split"),
    _wrong("data sets returned instead of loaders", "return train_loader, val_loader", "return train_set, val_set", ""),
    _wrong("only one loader returned", "return train_loader, val_loader", "return train_loader", "should return"),
    _wrong("nothing returned", "return train_loader, val_loader", "pass", "should return"),
    _wrong("MNIST whatever is asked for", "class ModifiedDataset(base_dataset)", "class ModifiedDataset(datasets.MNIST)", "FashionMNIST"),
]  # fmt: skip


def _right(name: str, *changes: tuple[str, str], **other: object) -> Case:
    return Case(name, "loaders", changes, **other)  # type: ignore[arg-type]


VARIANTS = [
    _right("places fixed for each image", ("np.random.randint(0, self.img_size - height + 1)\n                left = np.random.randint(0, self.img_size - width + 1)", "(index * 7919 + 3) % (self.img_size - height + 1)\n                left = (index * 104729 + 5) % (self.img_size - width + 1)")),
    _right("a look at the first batch", ("    if show_examples:", "    if True:")),
    _right("statistics computed on the way", ("    train_loader = ", "    _ = torch.stack([image for image, _ in torch.utils.data.DataLoader(val_set, 1, False, None, None, 2)]).mean()\n    train_loader = ")),
    _right("shuffled validation", ("shuffle=False", "shuffle=True")),
    _right("eight persistent workers", ("num_workers=2", "num_workers=8, persistent_workers=True, prefetch_factor=4, pin_memory=True")),
    _right("another start of the workers", ("num_workers=2", 'num_workers=2, multiprocessing_context="fork"')),
    _right("a sampler", ("shuffle=True", "sampler=torch.utils.data.RandomSampler(train_set)")),
    _right("a generator", ("shuffle=True", "shuffle=True, generator=torch.Generator().manual_seed(0)")),
    _right("positional arguments", ("DataLoader(train_set, batch_size=batch_size, shuffle=True", "DataLoader(train_set, batch_size, True")),
    _right("options in a dictionary", (TRAIN, "options = dict(img_size=img_size, random_shift=random_shift, scramble_image=scramble_image, noise=noise)\n    train_set = dataset_cls(root=path, train=True, transform=transform, **options)"), (VAL, "val_set = dataset_cls(root=path, train=False, transform=transform, **options)")),
    _right("no download", ("download=True", "download=False")),
    _right("statistics as numbers", ("Normalize((mean,), (std,))", "Normalize(mean, std)")),
    _right("statistics in lists", ("Normalize((mean,), (std,))", "Normalize(mean=[mean], std=[std], inplace=True)")),
    _right("transforms of the second version", (TRANSFORM, "v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize((mean,), (std,))])"), before=("from torchvision.transforms import v2",)),
    _right("names imported from torchvision", ("datasets.MNIST", "MNIST"), ("datasets.FashionMNIST", "FashionMNIST"), before=("from torchvision.datasets import FashionMNIST, MNIST",), after=()),
    _right("a helper in another cell", (TRANSFORM, "make_transform(mean, std)"), after=("def make_transform(mean, std):\n    steps = [transforms.ToTensor(), transforms.Normalize((mean,), (std,))]\n    return transforms.Compose(steps)",)),
    _right("data set by its name", ("base_dataset == datasets.MNIST", 'base_dataset.__name__ == "MNIST"')),
    _right("data set by identity", ("base_dataset == datasets.MNIST", "base_dataset is torchvision.datasets.MNIST")),
    _right("loader imported", ("torch.utils.data.DataLoader", "DataLoader"), before=("from torch.utils.data import DataLoader, Dataset",)),
    _right("the path of another cell", ('"./data/MNIST"', "DATA_ROOT"), ('"./data/FMNIST"', "os.path.join(DATA_ROOT, 'FMNIST')")),
    _right("conditional expression", (TRAIN, "train_set, val_set = [dataset_cls(path, train=t, download=True, transform=transform, img_size=img_size, random_shift=random_shift, scramble_image=scramble_image, noise=noise) for t in (True, False)]"), (VAL, "# both above")),
]  # fmt: skip
