"""Code that names a GPU runs on the CPU where there is none.

Notebooks are written on Colab: `device="cuda"`, `.cuda()` and `torch.cuda.synchronize()` are right
there and must cost nothing here. Tensors asked for on another device are made on, or moved to, the
CPU. What the device line of a student does otherwise is kept: a batch that is never moved still shows
(`steps.py`).
"""

from __future__ import annotations

from typing import Any, Final

import torch
from torch.overrides import TorchFunctionMode

_ELSEWHERE: Final = ("cuda", "mps", "xpu")
_MOVES: Final = frozenset(_ELSEWHERE)
_QUIET: Final = ("synchronize", "empty_cache", "reset_peak_memory_stats")


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
    _OnTheCpu().__enter__()  # type: ignore[no-untyped-call]
    for name in _QUIET:
        setattr(torch.cuda, name, lambda *_, **__: None)
