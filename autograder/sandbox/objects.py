"""The student's side of the proxies: loads modules, and does with their objects what it is asked to.

Everything here runs beside the student's code and is worth no more than it.
"""

from __future__ import annotations

import builtins
import inspect
import itertools
import operator
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, Final

from autograder.sandbox import modules
from autograder.sandbox.child import describe
from autograder.sandbox.peers import Message, Peer, malformed, printing
from autograder.sandbox.values import CannotCross

_PEER: Final = "peer"
_LIBRARIES: Final = frozenset(("torch", "numpy", "collections", "abc", "enum", "dataclasses"))
_MAX_ITEMS: Final = 10_000
_COMPARISONS: Final = ("__eq__", "__lt__", "__le__", "__gt__", "__ge__")


def begin(
    state: dict[str, Any],
    sources: list[dict[str, Any]],
    aliases: dict[str, str],
    names: list[str],
    generation: int,
) -> list[dict[str, Any]]:
    """Make the student's code importable; `aliases` are the names under which tests import it.

    A source has a `label`, a `text`, and the `module` that it is part of; a module of `cells` keeps
    definitions only, of `names` and what they need. Returns nothing yet: each module runs when it is
    first imported.
    """
    modules.install(state, sources, aliases, names)
    state[_PEER] = _Student(state, generation)
    return []


def relay(state: dict[str, Any], message: Message) -> Message:
    """Take the turn: a message of the other side, answered by one of ours."""
    student: _Student = state[_PEER]
    return student.answer(message)


class _Student(Peer):
    """Holds the objects that have crossed by reference."""

    def __init__(self, state: dict[str, Any], generation: int) -> None:
        super().__init__(self._describe, self._find)
        self.state = state
        self.objects: dict[int, Any] = {}
        # A number of an earlier process must not mean an object of this one.
        self.numbers = itertools.count(generation * 1_000_000 + 1)

    def perform(self, ask: Message) -> Message:
        """Act on one of the student's objects; whatever it raises is part of the answer."""
        with printing() as printed:
            try:
                answer: Message = {"value": self.encode(self._act(ask))}
            except CannotCross as error:
                answer = malformed(error)
            except BaseException as error:
                answer = {"raised": self._raised(error)}
            return {**answer, "printed": printed()}

    def _act(self, ask: Message) -> Any:
        do = ask["do"]
        if do == "import":
            return modules.names_of(str(ask["module"]))
        target = self.decode(ask["target"])
        arguments = [self.decode(argument) for argument in ask.get("arguments", ())]
        if do == "call":
            named = {str(k): self.decode(v) for k, v in ask.get("named", {}).items()}
            return target(*arguments, **named)
        return _ACTIONS[do](target, *arguments)

    def _find(self, reference: Message) -> Any:
        if "callback" in reference:
            return Callback(self, reference)
        if "path" in reference:
            module, *names = map(str, reference["path"])
            found = modules.load(module)
            for name in names:
                found = _attribute(found, name)
            return found
        try:
            return self.objects[reference["id"]]
        except KeyError:
            raise RuntimeError("this object was lost when the process of the code ended") from None

    def _describe(self, value: Any) -> Message:
        """A reference to an object that does not cross by value, with what the other side shows of it."""
        if isinstance(value, Callback):
            return value.reference
        number = next(self.numbers)
        self.objects[number] = value
        kind = type(value)
        return {
            "$": "ref",
            "id": number,
            "type": kind.__name__[:100],
            "name": str(getattr(value, "__name__", ""))[:100],
            "bases": _library_bases(value if isinstance(value, type) else kind),
            "is_class": isinstance(value, type),
            "is_error": isinstance(value, type) and issubclass(value, BaseException),
            "compares": any(
                getattr(kind, name, None) is not getattr(object, name) for name in _COMPARISONS
            ),
        }

    def _raised(self, error: BaseException) -> Message:
        if isinstance(error, modules.Failed):
            return dict(error.problem)
        said = describe(error, self.state)
        return {**said, "bases": _error_bases(type(error)), "attribute": _lacks(error)}


class Callback:
    """A function of the tests, which student code can call and do nothing else with."""

    def __init__(self, student: _Student, reference: Message) -> None:
        self._student = student
        self.reference = {"$": "ref", "callback": int(reference["callback"])}

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it over there.

        Raises:
            Exception: it raised one; of the same class where that is Python's own.
        """
        student = self._student
        answer = student.ask(
            {
                "do": "call",
                "target": self.reference,
                "arguments": [student.encode(argument) for argument in arguments],
                "named": {name: student.encode(value) for name, value in named.items()},
            }
        )
        if "raised" in answer:
            raised = answer["raised"]
            kind = getattr(builtins, str(raised.get("type")), RuntimeError)
            is_error = isinstance(kind, type) and issubclass(kind, Exception)
            raise (kind if is_error else RuntimeError)(str(raised.get("message")))
        return student.decode(answer.get("value"))


def _attribute(target: Any, name: str) -> Any:
    if isinstance(target, types.ModuleType) and not hasattr(target, name):
        modules.explain_missing(target, name)
    return getattr(target, name)


def _next(target: Any) -> Any:
    """The next item in a list, or an empty one: StopIteration is no failure of the code."""
    for item in target:
        return [item]
    return []


def _contains_type(target: Any, kind: Any) -> bool:
    return isinstance(target, kind)


def _listed(target: Any) -> list[Any]:
    return list(itertools.islice(iter(target), _MAX_ITEMS))


_ACTIONS: Final[dict[str, Callable[..., Any]]] = {
    "get": _attribute,
    "set": setattr,
    "delete": delattr,
    "isinstance": _contains_type,
    "issubclass": issubclass,
    "iter": iter,
    "next": _next,
    "len": len,
    "bool": bool,
    "str": str,
    "repr": repr,
    "float": float,
    "int": int,
    "index": operator.index,
    "complex": complex,
    "dir": lambda target: sorted(name for name in dir(target) if not name.startswith("__")),
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "enter": lambda target: target.__enter__(),
    "exit": lambda target: target.__exit__(None, None, None),
    "signature": lambda target: str(inspect.signature(target)),
    "doc": lambda target: getattr(target, "__doc__", None),
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le,
    "gt": operator.gt, "ge": operator.ge, "contains": operator.contains,
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv,
    "floordiv": operator.floordiv, "mod": operator.mod, "pow": operator.pow,
    "matmul": operator.matmul, "and": operator.and_, "or": operator.or_, "xor": operator.xor,
    "neg": operator.neg, "pos": operator.pos, "abs": abs, "invert": operator.invert,
    "radd": lambda a, b: b + a, "rsub": lambda a, b: b - a, "rmul": lambda a, b: b * a,
    "rtruediv": lambda a, b: b / a, "rmatmul": lambda a, b: b @ a, "rpow": lambda a, b: b**a,
}  # fmt: skip


def _library_bases(kind: type) -> list[str]:
    """The classes of known libraries that a class derives from, nearest first."""
    found = (
        f"{base.__module__}:{base.__qualname__}"
        for base in type.mro(kind)
        if isinstance(base.__module__, str) and base.__module__.partition(".")[0] in _LIBRARIES
    )
    return list(itertools.islice(found, 10))


def _error_bases(kind: type[BaseException]) -> list[str]:
    """An exception's classes that the other side has too: of Python, numpy and torch."""
    return list(_named_errors(kind))[:10]


def _named_errors(kind: type[BaseException]) -> Iterator[str]:
    for base in type.mro(kind):
        home = base.__module__ if isinstance(base.__module__, str) else ""
        if getattr(builtins, base.__name__, None) is base:
            yield base.__name__
        elif home.partition(".")[0] in _LIBRARIES and home in sys.modules:
            yield f"{home}:{base.__qualname__}"


def _lacks(error: BaseException) -> bool:
    """Whether an attribute was asked for that is not there, which `hasattr` wants to know."""
    return isinstance(error, AttributeError)
