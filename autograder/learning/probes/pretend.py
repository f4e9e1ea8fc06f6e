"""Code that names a GPU runs on the CPU where there is none.

Notebooks are written on Colab: `device="cuda"`, `.cuda()` and `torch.cuda.synchronize()` are right
there and must cost nothing here. Tensors asked for on another device are made on, or moved to, the
CPU. What the device line of a student does otherwise is kept: a batch that is never moved still shows
(`steps.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import torch
from torch.overrides import TorchFunctionMode, _get_current_function_mode

from autograder.sandbox.loading import READERS

_ELSEWHERE: Final = ("cuda", "mps", "xpu")
_MOVES: Final = frozenset(_ELSEWHERE)
_QUIET: Final = ("synchronize", "empty_cache", "reset_peak_memory_stats")
_NAMED: Final = re.compile("|".join(_ELSEWHERE))

_on: list[_OnTheCpu] = []
_quiet: dict[str, Callable[..., Any]] = {}


class _OnTheCpu(TorchFunctionMode):
    """Answers every call of torch as if the CPU were the device that is asked for."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(func, "__name__", "")
        if name in _MOVES and args and isinstance(args[0], torch.Tensor):
            return args[0].to("cpu")
        if name == "to":
            args = (args[0], *map(_here, args[1:]))
        if kwargs and kwargs.get("device") is not None:
            kwargs = {**kwargs, "device": _here(kwargs["device"])}
        return func(*args, **(kwargs or {}))


def _here(value: Any) -> Any:
    """The CPU for a device that is not here; anything else as it is."""
    if isinstance(value, str):
        return "cpu" if value.partition(":")[0] in _ELSEWHERE else value
    if isinstance(value, torch.device):
        return torch.device("cpu") if value.type in _ELSEWHERE else value
    return value


def unpretended() -> Any:
    """Around code of ours that handles many tensors, which need not be looked through."""
    return torch._C.DisableTorchFunction()


def start(state: dict[str, Any]) -> None:
    """Switch it on for the rest of this job."""
    if not _on:
        _on.append(_OnTheCpu())
        _on[-1].__enter__()  # type: ignore[no-untyped-call]
        _quiet.update({name: getattr(torch.cuda, name) for name in _QUIET})
        for name in _QUIET:
            setattr(torch.cuda, name, lambda *_, **__: None)


def start_when_named(state: dict[str, Any]) -> None:
    """Switch it on when definitions are run that name another device: every call pays for it."""

    def read(texts: Iterable[str]) -> None:
        if any(_NAMED.search(text) for text in texts):
            start(state)

    state.setdefault(READERS, []).append(read)


def stop() -> None:
    """Switch it off, where it is on and nothing has been put over it."""
    if _on and _get_current_function_mode() is _on[-1]:
        _on.pop().__exit__(None, None, None)  # type: ignore[no-untyped-call]
        for name, function in _quiet.items():
            setattr(torch.cuda, name, function)
