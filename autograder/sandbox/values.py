"""Values that cross between processes: plain ones, arrays, tensors as themselves, all else by reference.

Both sides use it. What comes in is rebuilt from exact built-in types, so that a value of a class of the
other side's making never acts here: a subclass of int crosses as an int.
"""

from __future__ import annotations

import collections
import keyword
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

import numpy as np

MAX_ITEMS: Final = 200_000
MAX_DEPTH: Final = 40
MAX_BYTES: Final = 32 << 20
_TAG: Final = "$"
_MAX_DIGITS: Final = 100_000
_WHOLE: Final = 1 << 63
_MAPPINGS: Final = {"Counter": collections.Counter, "OrderedDict": collections.OrderedDict}


_PLAINER: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (int, int.__int__),
    (float, float.__float__),
    (str, str.__str__),
)


class CannotCross(TypeError):
    """A value that no proxy can stand for; the message says which and why."""


class Encoder:
    """Turns one message's values into what frames carry; `refer` makes references to the rest."""

    def __init__(self, refer: Callable[[Any], dict[str, Any]]) -> None:
        self.refer = refer
        self.items = 0

    def encode(self, value: Any, depth: int = 0) -> Any:
        """The value as frames carry it.

        Raises:
            CannotCross: it is too large, too deep, or of a kind that cannot be sent.
        """
        self.items += 1
        if self.items > MAX_ITEMS or depth > MAX_DEPTH:
            raise CannotCross("a value this large or deep cannot be passed")
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value
        if kind is str or kind is bytes:
            return self._text(value)
        if kind is int:
            return value if -_WHOLE <= value < _WHOLE else {_TAG: "int", "v": hex(value)}
        return self._other(value, kind, depth + 1)

    def _text(self, value: Any) -> Any:
        if len(value) > MAX_BYTES:
            raise CannotCross(f"a text of {len(value)} characters cannot be passed")
        if isinstance(value, str):
            return value.encode("utf-8", "backslashreplace").decode("utf-8")
        return value

    def _other(self, value: Any, kind: type, depth: int) -> Any:
        torch = sys.modules.get("torch")
        if issubclass(kind, (np.ndarray, np.generic)):
            return self._array(value, scalar=issubclass(kind, np.generic))
        if torch is not None and issubclass(kind, torch.Tensor):
            return self._tensor(value, torch)
        if torch is not None and kind in (torch.dtype, torch.device):
            return {_TAG: kind.__name__, "v": str(value)}
        if kind in (complex, range, slice, Fraction, Decimal):
            return self._number(value, kind)
        if value is Ellipsis:
            return {_TAG: "ellipsis"}
        return self._container(value, kind, depth)

    def _number(self, value: Any, kind: type) -> Any:
        if kind is complex:
            return {_TAG: "complex", "v": [value.real, value.imag]}
        if kind is Fraction:
            return {_TAG: "fraction", "v": [hex(value.numerator), hex(value.denominator)]}
        if kind is Decimal:
            return {_TAG: "decimal", "v": str(value)}
        parts = [value.start, value.stop, value.step]
        return {_TAG: kind.__name__, "v": [self.encode(part) for part in parts]}

    def _container(self, value: Any, kind: type, depth: int) -> Any:
        # By the built-in class's own methods: those of a subclass may say anything.
        if issubclass(kind, list):
            return [self.encode(item, depth) for item in list.__getitem__(value, slice(None))]
        if issubclass(kind, tuple):
            return self._tuple(value, kind, depth)
        if issubclass(kind, (set, frozenset)):
            base = set if issubclass(kind, set) else frozenset
            items = [self.encode(item, depth) for item in list(base.__iter__(value))]
            return {_TAG: base.__name__, "v": items}
        if issubclass(kind, dict):
            pairs = [
                [self.encode(key, depth), self.encode(item, depth)]
                for key, item in list(dict.items(value))
            ]
            return {_TAG: kind.__name__ if kind in _MAPPINGS.values() else "dict", "v": pairs}
        if issubclass(kind, collections.deque):
            return {_TAG: "deque", "v": [self.encode(x, depth) for x in list(value)]}
        for plain, convert in _PLAINER:
            if issubclass(kind, plain) and not hasattr(kind, "__members__"):
                return self.encode(convert(value), depth)
        if issubclass(kind, (bytes, bytearray)):
            return self._text(bytes(memoryview(value)))
        return self.refer(value)

    def _tuple(self, value: Any, kind: type, depth: int) -> dict[str, Any]:
        items = [self.encode(item, depth) for item in tuple.__getitem__(value, slice(None))]
        fields = getattr(kind, "_fields", None)
        if type(fields) is tuple and len(fields) == len(items):
            return {_TAG: "named", "name": kind.__name__, "fields": list(fields), "v": items}
        return {_TAG: "tuple", "v": items}

    def _array(self, value: Any, *, scalar: bool) -> dict[str, Any]:
        array = np.asarray(value)
        if array.nbytes > MAX_BYTES or array.size * max(1, array.itemsize) > MAX_BYTES:
            raise CannotCross(f"an array of {array.size} entries is too large to be passed")
        if array.dtype.kind in "SUO":
            items = [self.encode(item) for item in array.ravel().tolist()]
            return {_TAG: "objects", "shape": list(array.shape), "v": items}
        if array.dtype.kind not in "biufc" or array.dtype.itemsize > 16:
            raise CannotCross(f"an array of {array.dtype} cannot be passed")
        return {_TAG: "scalar" if scalar else "array", "v": np.array(array)}

    def _tensor(self, value: Any, torch: Any) -> dict[str, Any]:
        with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
            tensor = torch.Tensor.detach(value)
            if tensor.layout != torch.strided:
                raise CannotCross(f"a tensor of layout {tensor.layout} cannot be passed")
            if tensor.numel() * max(1, tensor.element_size()) > MAX_BYTES:
                raise CannotCross(f"a tensor of {tensor.numel()} entries is too large to be passed")
            name = str(tensor.dtype).removeprefix("torch.")
            plain = tensor.float() if name == "bfloat16" else tensor
            array = np.array(plain.cpu().resolve_conj().resolve_neg().numpy())
        return {_TAG: "tensor", "v": array, "dtype": name, "grad": bool(value.requires_grad)}


class Decoder:
    """Rebuilds values; `resolve` gives what a reference stands for.

    Raises (from `decode`):
        CannotCross: the other side sent something malformed.
    """

    def __init__(self, resolve: Callable[[dict[str, Any]], Any]) -> None:
        self.resolve = resolve

    def decode(self, sent: Any) -> Any:
        """The value that was sent."""
        try:
            return self._decode(sent)
        except CannotCross:
            raise
        except (
            TypeError, ValueError, KeyError, AttributeError, OverflowError, ZeroDivisionError,
            RecursionError, InvalidOperation, RuntimeError,
        ) as error:  # fmt: skip
            message = f"a malformed value was sent ({type(error).__name__})"
            raise CannotCross(message) from None

    def _decode(self, sent: Any) -> Any:
        if isinstance(sent, list):
            return [self._decode(item) for item in sent]
        if not isinstance(sent, dict):
            return sent
        tag, value = sent[_TAG], sent.get("v")
        if tag == "ref":
            return self.resolve(sent)
        if tag in _PLAIN:
            return _PLAIN[tag](value)
        if tag in ("range", "slice"):
            kind: Any = range if tag == "range" else slice
            return kind(*(self._decode(part) for part in _listed(value)))
        if tag == "tensor":
            return _tensor(sent)
        if tag in ("dict", *_MAPPINGS):
            pairs = [(self._decode(key), self._decode(item)) for key, item in _listed(value)]
            return _MAPPINGS[tag](dict(pairs)) if tag in _MAPPINGS else dict(pairs)
        items = [self._decode(item) for item in _listed(value)]
        if tag == "named":
            return _named(str(sent["name"]), sent["fields"], items)
        if tag == "objects":
            array = np.empty(len(items), dtype=object)
            array[:] = items
            if all(type(item) is str for item in items):
                return np.array(items).reshape(sent["shape"])
            return array.reshape(sent["shape"])
        return {"tuple": tuple, "set": set, "frozenset": frozenset, "deque": collections.deque}[
            tag
        ](items)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise CannotCross("a malformed value was sent")
    return value


def _whole(text: Any) -> int:
    if not isinstance(text, str) or len(text) > _MAX_DIGITS:
        raise CannotCross("a whole number this large cannot be passed")
    return int(text, 16)


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    # 1e999999999 is short, and hangs whoever makes a whole number of it.
    if number.is_finite() and abs(number.adjusted()) > _MAX_DIGITS:
        raise CannotCross("a decimal number this large cannot be passed")
    return number


def _numbers(value: Any) -> np.ndarray[Any, Any]:
    if not isinstance(value, np.ndarray):
        raise CannotCross("a malformed array was sent")
    return value


_PLAIN: Final[dict[str, Callable[[Any], Any]]] = {
    "int": _whole,
    "complex": lambda value: complex(float(value[0]), float(value[1])),
    "fraction": lambda value: Fraction(_whole(value[0]), _whole(value[1])),
    "decimal": lambda value: _decimal(str(value)[:10_000]),
    "ellipsis": lambda value: Ellipsis,
    "array": _numbers,
    "scalar": lambda value: _numbers(value)[()],
    "dtype": lambda value: _named_dtype(str(value)),
    "device": lambda value: sys.modules["torch"].device(str(value)),
}


def _named_dtype(name: str) -> Any:
    torch = sys.modules["torch"]
    found = getattr(torch, name.removeprefix("torch."), None)
    if not isinstance(found, torch.dtype):
        raise CannotCross("a malformed value was sent")
    return found


def _tensor(sent: dict[str, Any]) -> Any:
    torch = sys.modules.get("torch")
    if torch is None:
        raise CannotCross("a tensor was sent, and torch is not loaded here")
    tensor = torch.from_numpy(_numbers(sent["v"])).to(_named_dtype(str(sent["dtype"])))
    return tensor.requires_grad_() if sent.get("grad") is True else tensor


def _named(name: str, fields: Any, items: list[Any]) -> Any:
    """A named tuple of a class made here."""
    names = [str(field) for field in _listed(fields)]
    usable = [n.isidentifier() and not keyword.iskeyword(n) and n[0] != "_" for n in (name, *names)]
    if not all(usable) or len(set(names)) != len(names) or len(names) != len(items):
        return tuple(items)
    return collections.namedtuple(name, names)(*items)
