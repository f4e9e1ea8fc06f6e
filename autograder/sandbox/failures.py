"""Exceptions of the student's code, as the tests' side raises them: of its own classes, with the place."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable
from typing import Any, Final

from autograder.sandbox.values import CannotCross

Message = dict[str, Any]
_MARK: Final = "student_error"
_LIBRARIES: Final = frozenset(("torch", "numpy"))


def exception_for(raised: Message, errors: dict[str, type[BaseException]]) -> BaseException:
    """The exception an answer tells of: of the same class where that is Python's or a library's,
    else of one made here that derives from the nearest such class.
    """
    message = str(raised.get("message", ""))[:4_000]
    name = str(raised.get("type", "Exception"))[:100]
    if name == "CannotCross":
        return CannotCross(f"what the student's code gave: {message}")
    error = _instance(_class_named(name, raised.get("bases", ()), errors), message)
    setattr(
        error, _MARK, {key: raised.get(key) for key in ("where", "line", "missing", "processes")}
    )
    getattr(error, _MARK).update(type=name, message=message)
    return error


def told_by_student(error: BaseException) -> Message | None:
    """What the student's code said, if the exception is one of its own; None if it is the tests'."""
    found: Message | None = getattr(error, _MARK, None)
    return found


def error_class(reference: Message, errors: dict[str, type[BaseException]]) -> type[BaseException]:
    """A class for an exception class of the student's, to be used in `assertRaises`."""
    name = str(reference.get("name") or "Exception")[:100]
    kind = _class_named(name, [name, *reference.get("bases", ())], errors)
    if errors.get(name) is kind:
        kind.student_reference = {  # type: ignore[attr-defined]
            key: reference[key] for key in ("$", "id", "path") if key in reference
        }
    return kind


def known_class(names: Iterable[Any]) -> type | None:
    """The first class of those named `module:Class` that is loaded here, of torch or NumPy.

    Of no other module: an exception that pytest stops at, say, is not for student code to raise here.
    """
    for name in names:
        module, _, path = str(name).partition(":")
        known = module.partition(".")[0] in _LIBRARIES
        found = getattr(sys.modules.get(module), path, None) if known else None
        if isinstance(found, type):
            return found
    return None


def _class_named(
    name: str, bases: Iterable[Any], errors: dict[str, type[BaseException]]
) -> type[BaseException]:
    nearest: type[BaseException] = Exception
    for base in map(str, bases):
        found = known_class([base]) if ":" in base else getattr(builtins, base, None)
        if isinstance(found, type) and issubclass(found, BaseException):
            nearest = found
            break
    if nearest.__name__ == name:
        return nearest
    # SystemExit and its kind would end the tests.
    parent = nearest if issubclass(nearest, Exception) else Exception
    return errors.setdefault(name, type(name if name.isidentifier() else "Error", (parent,), {}))


def _instance(kind: type[BaseException], message: str) -> BaseException:
    if not issubclass(kind, Exception):
        kind = type(kind.__name__, (Exception,), {})
    made: BaseException
    try:
        made = kind(message)
    except Exception:  # UnicodeDecodeError and its like want five arguments
        made = type(kind.__name__, (Exception,), {})(message)
    return made
