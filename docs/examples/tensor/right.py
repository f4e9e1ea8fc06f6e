"""The layer of this example."""

from __future__ import annotations

import torch


def convolve(x: torch.Tensor, W: torch.Tensor) -> torch.Tensor:
    """Steps by channels (7, 2) with a filter (2, 3), stride 2 -> (3)."""
    return torch.nn.functional.conv1d(x.T[None], W[None], stride=2)[0, 0]
