"""Stand-ins for packages that draw or talk to a notebook's front end.

Graded code never needs a picture, and installing plotting packages for their imports alone would
slow every grading. A stand-in accepts any attribute and any call and does nothing. A progress bar
(tqdm) yields what it is given, and shows nothing.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, Final

DRAWING: Final = frozenset(
    "matplotlib seaborn plotly bokeh altair IPython ipywidgets google wandb tensorboard torchviz "
    "torchsummary torchinfo livelossplot".split()
)
PROGRESS: Final = "tqdm"


class Inert:
    """Anything, doing nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Inert()

    def __call__(self, *arguments: Any, **named: Any) -> Inert:
        """Do nothing."""
        return Inert()

    def __iter__(self) -> Iterator[Any]:
        # `fig, ax = plt.subplots()` unpacks two values.
        return iter((Inert(), Inert()))

    def __getitem__(self, key: object) -> Inert:
        return Inert()

    def __setitem__(self, key: object, value: object) -> None:
        return None

    def __enter__(self) -> Inert:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Progress(Inert):
    """A progress bar: yields what it is given, and takes any other call."""

    def __init__(self, iterable: Any = (), *_: Any, **__: Any) -> None:
        self.iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)

    def __enter__(self) -> Progress:
        return self


def _counting(*bounds: int, **_: Any) -> Progress:
    """`trange(n)`"""
    return Progress(range(*bounds))


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if self.__name__.partition(".")[0] == PROGRESS:
            return _counting if name in ("trange", "tnrange") else Progress
        return Inert()


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a stand-in for a package that is not installed."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in (*DRAWING, PROGRESS):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        return None


def install() -> None:
    """Put stand-ins behind the real packages, which win where they are installed."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
