"""Calls a function on given arguments and reports what it returns, as plain numbers and text.

Arguments and results cross as tagged dictionaries: `tensor`, `array`, `plain`, `integer` (of any size),
`items` (a list or tuple), `mapping`, or `other` with the name of a type that cannot cross.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch

from autograder.sandbox.child import Refusal, StudentError
from autograder.sandbox.loading import definition, students_turn

_MAX_ITEMS: Final = 10_000
_MAX_DEPTH: Final = 6
_MAX_ELEMENTS: Final = 1 << 22
_SMALL: Final = 1 << 53
_FLOATS: Final = (torch.float16, torch.bfloat16)

Tagged = dict[str, Any]


def call(
    state: dict[str, Any], name: str, cases: list[list[Tagged]], precision: str = "float64"
) -> list[dict[str, Any]]:
    """`name(*case)` for each case: `value`, or `error`; and `changed`, the arguments written to.

    New tensors are of the precision of the arguments, so that `torch.zeros(n)` fits them.

    Raises:
        Refusal: there is no such function.
        StudentError: it is not written yet.
    """
    function = definition(state, name)
    if not callable(function):
        raise Refusal(f"{name} is a {type(function).__name__}, not a function")
    torch.set_default_dtype(getattr(torch, precision))
    return [_one(state, name, function, case) for case in cases]


def _one(state: dict[str, Any], name: str, function: Any, case: list[Tagged]) -> dict[str, Any]:
    arguments = [_argument(item) for item in case]
    try:
        with students_turn(state, f"running {name}"):
            result = function(*arguments)
    except StudentError as error:
        if error.description["type"] == "NotImplementedError":
            raise
        return {"error": error.description, "changed": []}
    changed = [place for place, item in enumerate(case) if not _same(item, arguments[place])]
    with students_turn(state, f"reading what {name} returns"):
        return {"value": _tagged(result), "changed": changed}


def gradients(
    state: dict[str, Any],
    name: str,
    cases: list[list[Tagged]],
    variable: int,
    upstream: int | None,
    precision: str = "float64",
) -> list[dict[str, Any]]:
    """The derivative of `name(*case)` by one argument, taken by autograd.

    With `upstream`, the place of the gradient that comes in (it is no argument of the function), the
    vector-Jacobian product, of the argument's shape; otherwise the Jacobian, of shape output +
    argument, which for a scalar is the gradient.
    """
    function = definition(state, name)
    torch.set_default_dtype(getattr(torch, precision))
    return [{"value": _derivative(function, c, variable, upstream), "changed": []} for c in cases]


def _derivative(function: Any, case: list[Tagged], variable: int, upstream: int | None) -> Tagged:
    arguments = [_argument(item) for item in case]
    incoming = None if upstream is None else arguments[upstream]
    kept = [place for place in range(len(arguments)) if place != upstream]
    leaf = arguments[variable].detach().requires_grad_()

    def of(variable_value: torch.Tensor) -> torch.Tensor:
        filled = [variable_value if place == variable else arguments[place] for place in kept]
        result: torch.Tensor = function(*filled)
        return result

    if incoming is None:
        return _tagged(torch.autograd.functional.jacobian(of, leaf.detach()))
    (found,) = torch.autograd.grad(of(leaf), leaf, incoming, allow_unused=True)
    return _tagged(torch.zeros_like(leaf) if found is None else found)


def _argument(item: Tagged) -> Any:
    """An argument, made anew for every call."""
    if "tensor" in item:
        return torch.from_numpy(np.array(item["tensor"]))
    if "array" in item:
        return np.array(item["array"])
    value = item["plain"]
    return list(value) if isinstance(value, list) else value


def _same(item: Tagged, argument: Any) -> bool:
    if "tensor" in item:
        return bool(np.array_equal(item["tensor"], argument.detach().numpy()))
    if "array" in item:
        return bool(np.array_equal(item["array"], argument))
    return bool(item["plain"] == argument)


def _tagged(value: Any, depth: int = 0) -> Tagged:
    """What crosses for a result; numbers in tensors of half precision come as float32."""
    if isinstance(value, torch.Tensor):
        return _tensor(value)
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, float, str)):
        return {"plain": value}
    if isinstance(value, int):
        return {"plain": value} if abs(value) < _SMALL else {"integer": str(value)}
    if isinstance(value, (list, tuple)) and depth < _MAX_DEPTH and len(value) <= _MAX_ITEMS:
        return {"items": [_tagged(item, depth + 1) for item in value]}
    if isinstance(value, dict) and depth < _MAX_DEPTH and len(value) <= _MAX_ITEMS:
        return {"mapping": {str(key): _tagged(item, depth + 1) for key, item in value.items()}}
    return {"other": type(value).__name__}


def _tensor(value: torch.Tensor) -> Tagged:
    plain = value.detach().resolve_conj().resolve_neg().cpu()
    if plain.is_sparse or plain.layout is not torch.strided:
        plain = plain.to_dense()
    if plain.dtype in _FLOATS:
        plain = plain.float()
    elif plain.dtype in (torch.int8, torch.int16):
        plain = plain.to(torch.int32)
    if plain.is_complex():
        return {"other": "complex tensor"}
    if plain.numel() > _MAX_ELEMENTS:
        return {"other": f"tensor of {plain.numel()} numbers"}
    return {"tensor": plain.contiguous().numpy()}


def _array(value: np.ndarray[Any, Any]) -> Tagged:
    if value.dtype.kind not in "fiub" or value.size > _MAX_ELEMENTS:
        return {"other": f"array of {value.dtype}"}
    known = value.dtype.name in ("float32", "float64", "int64", "int32", "uint8", "bool")
    wide = np.float64 if value.dtype.kind == "f" else np.int64
    return {"array": np.ascontiguousarray(value if known else value.astype(wide))}
