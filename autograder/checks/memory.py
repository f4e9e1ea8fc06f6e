"""Remembers what holds for every submission of a session, so that it is worked out once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

import numpy as np

T = TypeVar("T")

_SIZE: Final = 256 << 20
_SMALL: Final = 1 << 10


class Memory:
    """Values by what they depend on; what was used longest ago goes when they are more than `size` bytes.

    Values are shared, so nobody may change them.
    """

    def __init__(self, size: int = _SIZE) -> None:
        self.size = size
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def recall(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made where it is not known; what `make` raises is not remembered."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                known: T = self._values[key][0]
                return known
        value = make()
        with self._lock:
            self._keep(key, value)
        return value

    def _keep(self, key: Hashable, value: object) -> None:
        _, before = self._values.pop(key, (None, 0))
        size = _bytes_of(value)
        self._values[key] = (value, size)
        self._held += size - before
        while self._held > self.size:
            _, (_, freed) = self._values.popitem(last=False)
            self._held -= freed


def _bytes_of(value: object) -> int:
    """About how much memory a value of plain data and arrays takes."""
    if isinstance(value, np.ndarray):
        return _SMALL + value.nbytes
    if isinstance(value, dict):
        return _SMALL + sum(map(_bytes_of, value.values()))
    if isinstance(value, (list, tuple)) and not all(isinstance(n, (int, float)) for n in value):
        return _SMALL + sum(map(_bytes_of, value))
    return _SMALL
