"""Wrong functions that students hand in."""

from __future__ import annotations

import torch


def overflowing(z: torch.Tensor) -> torch.Tensor:
    """Softmax without the shift that keeps it from overflowing."""
    weights = torch.exp(z)
    return weights / weights.sum()
