"""Reads and writes the IDX files in which MNIST and FashionMNIST come.

An IDX file is a magic number (two zeros, the type, the number of dimensions), the dimensions as
big-endian 32-bit integers, and the data. Only unsigned bytes occur here. Source: the format's
description on the MNIST page of LeCun, Cortes and Burges.
"""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from typing import Any, Final

import numpy as np

from autograder.errors import UsageError

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
_UNSIGNED_BYTE: Final = 8
_MAX_BYTES: Final = 1 << 30


def read_idx(path: Path) -> Bytes:
    """The array of an IDX file, gzipped or not.

    Raises:
        UsageError: the file is missing, damaged or of another type.
    """
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    if len(data) < 4 or data[:3] != bytes((0, 0, _UNSIGNED_BYTE)):
        raise UsageError(f"{path}: is not an IDX file of bytes")
    dimensions = data[3]
    start = 4 + 4 * dimensions
    shape = struct.unpack(f">{dimensions}I", data[4:start]) if len(data) >= start else ()
    count = int(np.prod(shape, dtype=np.int64)) if shape else -1
    if count != len(data) - start or count > _MAX_BYTES:
        raise UsageError(f"{path}: is cut off; its header promises {shape}")
    return np.frombuffer(data, np.uint8, count, start).reshape(shape)


def write_idx(path: Path, array: Bytes) -> None:
    """Write an array of bytes as an IDX file, gzipped when the name ends in .gz."""
    header = bytes((0, 0, _UNSIGNED_BYTE, array.ndim)) + struct.pack(
        f">{array.ndim}I", *array.shape
    )
    data = header + np.ascontiguousarray(array, np.uint8).tobytes()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
