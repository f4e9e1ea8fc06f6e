"""What crosses the pipes: length-prefixed msgpack with arrays, and nothing that can hold code.

A frame is four bytes of length (big-endian) and that many bytes of msgpack. Values are None, bools,
numbers, text, bytes, lists, dicts with text keys, and numpy arrays of plain numbers.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any, Final

import msgpack
import numpy as np

from autograder.sandbox.structure import check_structure

LENGTH: Final = struct.Struct(">I")
MAX_FRAME: Final = 256 << 20

_ARRAY: Final = 1
_HEADER: Final = struct.Struct(">H")
_DTYPES: Final = frozenset(
    f"{kind}{bits}"
    for kind, sizes in {
        "int": (8, 16, 32, 64),
        "uint": (8, 16, 32, 64),
        "float": (16, 32, 64),
        "complex": (64, 128),
        "bool": ("",),
    }.items()
    for bits in sizes
)
_MAX_DIMENSIONS: Final = 8


class FrameError(ValueError):
    """The bytes are not a frame this protocol allows."""


def pack(value: object) -> bytes:
    """A value as one frame.

    Raises:
        FrameError: the value cannot cross, or is too large.
    """
    try:
        body: bytes = msgpack.packb(value, default=_pack_extra, use_bin_type=True)
        check_structure(body)
    except (TypeError, ValueError, OverflowError) as error:
        raise FrameError(f"cannot send this value: {error}") from None
    if len(body) > MAX_FRAME:
        raise FrameError(f"a message of {len(body)} bytes is too large to send")
    return LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> Any:
    """The value of a frame's body.

    Raises:
        FrameError: it is not well-formed, or holds an array whose header lies.
    """
    try:
        check_structure(body)
        return msgpack.unpackb(
            body, ext_hook=_unpack_extra, raw=False, strict_map_key=True, use_list=True
        )
    except FrameError:
        raise
    except (ValueError, TypeError, KeyError, msgpack.UnpackException, RecursionError) as error:
        raise FrameError(f"a malformed message: {type(error).__name__}") from None


def _pack_extra(value: object) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype.name not in _DTYPES:
            raise TypeError(f"an array of {value.dtype.name}")
        header = msgpack.packb([value.dtype.name, list(value.shape)])
        data = _HEADER.pack(len(header)) + header + np.ascontiguousarray(value).tobytes()
        return msgpack.ExtType(_ARRAY, data)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (set, frozenset)) or (
        isinstance(value, Iterable) and not hasattr(value, "__array__")
    ):
        return list(value)
    raise TypeError(f"a {type(value).__name__}")


def _unpack_extra(code: int, data: bytes) -> np.ndarray[Any, Any]:
    if code != _ARRAY or len(data) < _HEADER.size:
        raise FrameError("an unknown extension")
    (length,) = _HEADER.unpack_from(data)
    start = _HEADER.size + length
    name, shape = msgpack.unpackb(data[_HEADER.size : start])
    plain = (
        isinstance(name, str)
        and name in _DTYPES
        and isinstance(shape, list)
        and len(shape) <= _MAX_DIMENSIONS
        and all(isinstance(n, int) and 0 <= n <= MAX_FRAME for n in shape)
    )
    if not plain:
        raise FrameError("an array of an unknown kind")
    dtype, count = np.dtype(name), 1
    for n in shape:
        count *= n
    if count * dtype.itemsize != len(data) - start:
        raise FrameError("an array whose header lies about its size")
    array: np.ndarray[Any, Any] = np.frombuffer(data, dtype, count, start)
    result: np.ndarray[Any, Any] = array.reshape(shape).copy()
    return result
