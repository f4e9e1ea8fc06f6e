from __future__ import annotations

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.frames import LENGTH, FrameError, pack, unpack

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(values)
def test_plain_values_cross(value: object) -> None:
    frame = pack(value)
    assert LENGTH.unpack(frame[:4])[0] == len(frame) - 4
    assert unpack(frame[4:]) == value


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "int32", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3, 4)])
def test_arrays_cross(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.ones(shape, dtype=dtype)
    crossed = unpack(pack(array)[4:])
    assert crossed.dtype == array.dtype
    assert crossed.shape == array.shape
    assert np.array_equal(crossed, array)
    assert crossed.flags.writeable


@pytest.mark.parametrize(
    "value", [object(), {1: 2}.keys, np.array(["a"]), np.array([object()]), 2**70]
)
def test_what_cannot_cross_is_refused(value: object) -> None:
    with pytest.raises(FrameError):
        pack(value)


def array_frame(header: object, data: bytes) -> bytes:
    head = msgpack.packb(header)
    return msgpack.packb(msgpack.ExtType(1, len(head).to_bytes(2, "big") + head + data))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xc1",
        b"\x93\x01",
        msgpack.packb({1: 2}),
        msgpack.packb(msgpack.ExtType(7, b"x")),
        msgpack.packb(msgpack.ExtType(1, b"x")),
        array_frame(["float64", [1000, 1000]], b"\0" * 8),
        array_frame(["float64", [-1]], b""),
        array_frame(["object", [1]], b"\0" * 8),
        array_frame(["float64", [2**40, 2**40]], b""),
        array_frame(["float64", [0] * 30], b""),
        array_frame("float64", b""),
        array_frame([["float64"], [1]], b"\0" * 8),
        b"\x91" * 100_000,
    ],
)
def test_malformed_frames_are_refused(body: bytes) -> None:
    with pytest.raises(FrameError):
        unpack(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_refused(body: bytes) -> None:
    try:
        unpack(body)
    except FrameError as error:
        assert str(error)
