from __future__ import annotations

import tracemalloc

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


@pytest.mark.parametrize(
    "dtype", ["float16", "float32", "float64", "int64", "uint8", "uint64", "bool", "complex64"]
)
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


@pytest.mark.parametrize(
    "body",
    [
        b"\xdd\xff\xff\xff\xff" + b"\xc0" * 100_000,  # a list that claims four billion items
        b"\xdd\x00\x3d\x09\x00" + b"\x80" * 4_000_000,  # four million empty maps
        b"\xdd\x00\x0f\x00\x00" * 60_000,  # lists in lists, each claiming a million
        b"\xc6\x7f\xff\xff\xff" + b"x" * 100_000,  # text that is not there
        b"\x93" * 100_000,
    ],
)
def test_small_messages_that_ask_for_much_are_refused_before_anything_is_built(body: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(FrameError):
            unpack(body)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_value_of_too_many_parts_is_refused_by_its_sender() -> None:
    with pytest.raises(FrameError, match="too many"):
        pack([[]] * 1_100_000)


@given(values.filter(lambda value: value is not None))
def test_what_crosses_has_a_structure_that_can_be_counted(value: object) -> None:
    long = [value, b"x" * 40_000]
    assert unpack(pack(long)[4:]) == long


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_refused(body: bytes) -> None:
    try:
        unpack(body)
    except FrameError as error:
        assert str(error)
