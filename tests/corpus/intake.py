"""What notebooks bring besides the answer, and must not cost a point."""

from __future__ import annotations

from tests.corpus.blocks import BLOCK
from tests.corpus.case import Case, base_cells
from tests.corpus.models import CNN, MLP

_CELLS = dict(base_cells())
_STUB = "def train_epoch(model, optimizer, scheduler, criterion, train_loader, epoch, device):\n    # TODO\n    raise NotImplementedError"
_CONFLICT = "<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n>>>>>>> origin/main"


def _right(name: str, cell: str = "all", *changes: tuple[str, str], **other: object) -> Case:
    return Case(name, cell, changes, **other)  # type: ignore[arg-type]


VARIANTS = [
    _right("as it is"),
    _right("magics everywhere", "models", ("get_mlp = ", "%load_ext autoreload\n%autoreload 2\n!nvidia-smi\nfiles = !ls\n%timeit 1 + 1\nget_mlp = ")),
    _right("a timed cell", "models", (MLP, f"%%time\n{MLP}")),
    _right("a question to the notebook", "models", (MLP, f"nn.Conv2d?\n{MLP}\n?torch.nn")),
    _right("a shell cell", before=("%%bash\nls -la\npip install torch", "%%html\n<b>Exercise 9</b>")),
    _right("a cell that cannot run", after=("results = train(everything)\n1 / 0\nraise ValueError('stop here')",)),
    _right("a cell that is not Python", after=("def unfinished(:\n    pass", "x = = 3")),
    _right("a cell of prose as code", after=("The accuracy is 93 % because it's good.",)),
    _right("a missing package", before=("import pandas as pd, seaborn as sns\nimport cv2\nfrom sklearn.metrics import confusion_matrix\nimport pytorch_lightning as pl",)),
    _right("several imports in one line, one missing", "setup", ("import torch, torchvision\n", "import pandas, torch, torchvision, tensorboardX\n"), judge="all"),
    _right("a summary", "models", ("for name, factory", "from torchsummary import summary\nsummary(get_cnn(28).to(device), (1, 28, 28))\nfor name, factory")),
    _right("seeds and backends", before=("import torch, random\ntorch.backends.cudnn.benchmark = True\ntorch.set_default_device('cuda')\nrandom.seed(0)",)),
    _right("the device written out", "setup", ('torch.device("cuda" if torch.cuda.is_available() else "cpu")', '"cuda"'), judge="all"),
    _right("the device chosen by cases", "setup", ('device = torch.device("cuda" if torch.cuda.is_available() else "cpu")', 'if torch.cuda.is_available():\n    device = torch.device("cuda")\nelif torch.backends.mps.is_available():\n    device = torch.device("mps")\nelse:\n    device = torch.device("cpu")'), judge="all"),
    _right("the template's cell copied below", "training", after=(_STUB,)),
    _right("the template's cell copied above", "training", before=(_STUB,)),
    _right("every cell twice", after=tuple(text for name, text in _CELLS.items() if not name.startswith("text"))),
    _right("a first attempt above", "models", before=("import torch.nn as nn\n" + CNN.replace("padding=2", "padding=0"),)),
    _right("a broken attempt below", "models", after=(CNN.replace("get_cnn = lambda image_size:", "get_cnn = lambda image_size"),)),
    _right("conflict markers, both sides right", "models", (MLP, _CONFLICT.format(ours=MLP, theirs=MLP.replace("nn.ReLU()", "nn.ReLU(inplace=True)")))),
    _right("conflict markers, one side the template", "models", (CNN, _CONFLICT.format(ours="get_cnn = lambda image_size: None\nraise NotImplementedError", theirs=CNN))),
    _right("conflict markers, one side empty", "blocks", (BLOCK, _CONFLICT.format(ours="", theirs=BLOCK))),
    _right("conflict markers with the base", "training", ("    model.train()  # TODO", "<<<<<<< HEAD\n    model.train()\n||||||| base\n    # TODO\n=======\n    model.train(True)\n>>>>>>> theirs")),
    _right("cells out of order", "all", before=(_CELLS["blocks"],)),
    _right("indented by tabs", "training", ("    ", "\t")),
    _right("leftover exception in a branch", "models", (MLP, f"{MLP}\n# raise NotImplementedError\nif get_mlp is None:\n    raise NotImplementedError")),
    _right("exception left after the lambda", "models", (CNN, f"{CNN}\nraise NotImplementedError")),
    _right("helpers imported under other names", "blocks", ("nn.", "layers."), before=("from torch import nn as layers", "import torch.nn as nn, torch.nn.functional as F")),
    _right("everything from torch.nn", "models", ("nn.", ""), before=("from torch.nn import *",)),
    _right("a name of ours shadowed", "training", after=("sum = 3\nlist = [1, 2]\nmax = min",)),
    _right("French", "all", before=("# Groupe n°7 : réseaux convolutifs à l'École\nprénom = 'Zoë'\ndef précision(y, ŷ):\n    return (y == ŷ).mean()",)),
    _right("defined in an if", "models", (CNN, "if True:\n    " + CNN.replace("\n", "\n    "))),
    _right("defined in a try", "blocks", (BLOCK, "try:\n    " + BLOCK.replace("\n", "\n    ") + "\nexcept Exception:\n    raise")),
    _right("a global configuration", "models", ("nn.Linear(256, 10)", "nn.Linear(256, CONFIG['classes'])"), before=("CONFIG = dict(classes=10, batch_size=64)\nCONFIG.update(epochs=5)",)),
    _right("named in two steps", "models", ("get_mlp = lambda image_size:", "make_mlp = lambda image_size:"), after=("get_mlp = make_mlp",)),
]  # fmt: skip
