"""Resizes batches of greyscale images with numpy alone."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def resize(images: Array, size: int) -> Array:
    """Bilinear resizing of (N, h, w) bytes to (N, size, size) bytes, pixel centres aligned.

    Shrinking averages over the pixels that fall together first, so that strokes survive.
    """
    height, width = images.shape[1:]
    if (height, width) == (size, size):
        return images
    rows, columns = _weights(height, size), _weights(width, size)
    resized = np.einsum("ah,nhw,bw->nab", rows, images.astype(np.float64), columns)
    rounded: Array = np.clip(np.rint(resized), 0, 255).astype(np.uint8)
    return rounded


def _weights(old: int, new: int) -> Array:
    """A (new, old) matrix whose rows say how each new pixel mixes the old ones."""
    scale = old / new
    centres = (np.arange(new) + 0.5) * scale - 0.5
    reach = max(1.0, scale)
    distances = np.abs(np.arange(old)[None, :] - np.clip(centres, 0, old - 1)[:, None])
    weights = np.maximum(0.0, 1.0 - distances / reach)
    normalised: Array = weights / weights.sum(axis=1, keepdims=True)
    return normalised
