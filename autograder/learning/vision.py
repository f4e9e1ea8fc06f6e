"""torchvision in the fork server: made importable beside any torch, and offline.

A torchvision built for CUDA does not import beside a CPU build of torch, because one compiled
operator is missing; its data sets and transforms need none, so the operator is declared and the
import works. The data sets find their files in the job's own directory, whatever folder the student's
line names, and never try to download.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch

DATA = "data"


@cache
def datasets() -> Any:
    """`torchvision.datasets`, its MNIST data sets led to the local files."""
    found = _import_torchvision().datasets

    def raw_folder(dataset: Any) -> str:
        name = "FashionMNIST" if isinstance(dataset, found.FashionMNIST) else "MNIST"
        return f"{DATA}/{name}/raw"

    found.MNIST.raw_folder = property(raw_folder)
    found.MNIST.processed_folder = property(raw_folder)
    found.MNIST.download = lambda dataset: None
    return found


def _import_torchvision() -> Any:
    try:
        import torchvision.datasets
        import torchvision.transforms
    except RuntimeError:
        _forget_half_imported()
        _declare_missing_operators()
        import torchvision.datasets
        import torchvision.transforms
    return torchvision


def _forget_half_imported() -> None:
    import sys

    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]


def _declare_missing_operators() -> None:
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _LIBRARIES.append(library)


_LIBRARIES: list[torch.library.Library] = []  # a library's operators live as long as it does
