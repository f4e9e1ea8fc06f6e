"""The tests' side: proxies of the student's modules, functions, classes and objects.

Tests import the student's module by its name and use it as if it were here. Plain values, arrays and
tensors come back as themselves, so comparing happens on real values. An object of the student's own class
is a proxy; what would take its word against a value of the test (`==`, `<`, arithmetic) is refused unless
the caller trusts operators.
"""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any, Final, NoReturn

from autograder.sandbox import failures
from autograder.sandbox.peers import Lost, Message, Peer
from autograder.sandbox.values import CannotCross


class Untrusted(CannotCross):
    """A test would have to take the student's object's word for a comparison or a result."""


class Tests(Peer):
    """The tests' end of the conversation; `crossed` says whether a value of the student's has come in."""

    def __init__(
        self,
        modules: Sequence[str],
        *,
        trust_operators: bool = False,
        reserved: Iterable[str] = (),
    ) -> None:
        super().__init__(self._refer, self._proxy)
        self.reserved = frozenset(reserved) | frozenset(dir(builtins))
        self.trust_operators = trust_operators
        self.crossed = False
        self.loading = True
        self.errors: dict[str, type[BaseException]] = {}
        self._callbacks: dict[int, Callable[..., Any]] = {}
        self._numbers = itertools.count(1)
        self._failed: AssertionError | None = None
        sys.meta_path.insert(0, _Finder(self, modules))

    def act(self, do: str, target: Any, *arguments: Any, **named: Any) -> Any:
        """Do something with one of the student's objects.

        Raises:
            Exception: what the student's code raised, as an exception of a class made here.
            CannotCross: an argument cannot be passed.
            Lost: the student's process ended.
        """
        ask: Message = {"do": do, "target": self.encode(target)}
        ask["arguments"] = [self.encode(argument) for argument in arguments]
        if named:
            ask["named"] = {name: self.encode(value) for name, value in named.items()}
        answer = self.ask(ask)
        if self._failed is not None:
            # An assertion in a function that the student's code called, and may have caught.
            failed, self._failed = self._failed, None
            raise failed
        found = self.value(answer)
        # Looking a function up tells nothing yet; what it returns does.
        self.crossed = self.crossed or do != "get" or not _is_proxy(found)
        return found

    def value(self, answer: Message) -> Any:
        """What an answer holds, or the exception it tells of, raised."""
        sys.stdout.write(str(answer.get("printed", ""))[:20_000])
        if "raised" in answer:
            self.crossed = True
            raise failures.exception_for(answer["raised"], self.errors)
        try:
            return self.decode(answer.get("value"))
        except CannotCross as error:
            raise Lost({"kind": "protocol", "message": f"the process: {error}"}) from None

    def perform(self, ask: Message) -> Message:
        """The student's code calls a function of the tests."""
        try:
            number = ask["target"]["callback"]
            arguments = [self.decode(argument) for argument in ask.get("arguments", ())]
            named = {str(k): self.decode(v) for k, v in ask.get("named", {}).items()}
            return {"value": self.encode(self._callbacks[number](*arguments, **named))}
        except Exception as error:
            if isinstance(error, AssertionError):
                self._failed = self._failed or error
            return {"raised": {"type": type(error).__name__, "message": str(error)[:500]}}

    def _refer(self, value: Any) -> Message:
        """A reference to a proxy, or to a function of the tests; nothing else can be passed."""
        reference = getattr(type(value), "reference_of", None)
        if reference is not None:
            found: Message = reference(value)
            return found
        if isinstance(value, type) and (known := getattr(value, "student_reference", None)):
            return dict(known)
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.nn.Module):
            raise CannotCross(
                "a torch.nn.Module of the test cannot be passed to the student's code; pass tensors, "
                "or let the student's code build the module"
            )
        if callable(value):
            number = next(self._numbers)
            self._callbacks[number] = value
            return {"$": "ref", "callback": number}
        raise CannotCross(
            f"a {type(value).__name__} of the test cannot be passed to the student's code; pass plain "
            "values, arrays, tensors or functions"
        )

    def _proxy(self, reference: Message) -> Any:
        if reference.get("callback") is not None:
            return self._callbacks[reference["callback"]]
        if reference.get("is_error") is True:
            return failures.error_class(reference, self.errors)
        return Proxy(self, reference)


class Proxy:
    """Stands for one of the student's objects."""

    __slots__ = ("_reference", "_tests")

    def __init__(self, tests: Tests, reference: Message) -> None:
        object.__setattr__(self, "_tests", tests)
        object.__setattr__(self, "_reference", reference)

    def reference_of(self) -> Message:
        """How the other side knows the object."""
        reference = object.__getattribute__(self, "_reference")
        return {key: reference[key] for key in ("$", "id", "path") if key in reference}

    def __getattr__(self, name: str) -> Any:
        reference = object.__getattribute__(self, "_reference")
        tests = object.__getattribute__(self, "_tests")
        if name == "__name__" and reference.get("name"):
            return str(reference["name"])
        if name == "__mro_entries__":
            _refuse_subclass(reference)
        if name.startswith("__") and name.endswith("__") and name != "__dict__":
            raise AttributeError(name)
        return tests.act("get", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _act(self, "set", name, value)

    def __delattr__(self, name: str) -> None:
        _act(self, "delete", name)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it over there."""
        return object.__getattribute__(self, "_tests").act("call", self, *arguments, **named)

    def __iter__(self) -> Iterator[Any]:
        iterator = _act(self, "iter")
        if not isinstance(iterator, Proxy):
            yield from iterator
            return
        while item := _act(iterator, "next"):
            yield item[0]

    def __next__(self) -> Any:
        item = _act(self, "next")
        if not item:
            raise StopIteration
        return item[0]

    def __contains__(self, value: Any) -> bool:
        # Item by item and compared here: the object's own word may be anything.
        return any(item is value or item == value for item in self)

    def __dir__(self) -> list[str]:
        return [str(name) for name in _act(self, "dir")]

    def __exit__(self, *details: object) -> bool:
        return bool(_act(self, "exit"))

    def __hash__(self) -> int:
        return hash(_key(self))

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, Proxy) and bool(_act(self, "isinstance_of", instance))

    def __subclasscheck__(self, kind: Any) -> bool:
        return _is_proxy(kind) and bool(_act(self, "subclass_of", kind))

    @property
    def __class__(self) -> Any:
        """For isinstance: the nearest class of a known library that the student's class derives from."""
        reference = object.__getattribute__(self, "_reference")
        if reference.get("is_class") is True:
            return Proxy
        return failures.known_class(reference.get("bases", ())) or Proxy

    @__class__.setter
    def __class__(self, value: Any) -> None:
        raise TypeError("the class of a student's object cannot be changed")


def _is_proxy(value: Any) -> bool:
    return type(value) is Proxy


def is_of_student(value: Any) -> bool:
    """Whether a value stands for something of the student's, and so is no test."""
    return type(value) in (Proxy, ProxyModule, Missing)


def _refuse_subclass(reference: Message) -> NoReturn:
    name = reference.get("name") or "this class"
    raise CannotCross(f"a test cannot derive a class from the student's {name}")


def _key(proxy: Any) -> tuple[Any, ...]:
    reference = object.__getattribute__(proxy, "_reference")
    path = reference.get("path")
    return tuple(path) if path else (reference.get("id"),)


def _act(proxy: Any, do: str, *arguments: Any) -> Any:
    tests = object.__getattribute__(proxy, "_tests")
    if do in ("isinstance_of", "subclass_of"):
        # The other way round there: the instance first.
        do = "isinstance" if do == "isinstance_of" else "issubclass"
        return tests.act(do, arguments[0], proxy)
    return tests.act(do, proxy, *arguments)


def _forward(do: str) -> Callable[..., Any]:
    return lambda self, *arguments: _act(self, do, *arguments)


def _guarded(do: str, sign: str) -> Callable[..., Any]:
    """An operator whose result is the object's own word, against a value of the test."""

    def operate(self: Any, other: Any) -> Any:
        tests = object.__getattribute__(self, "_tests")
        reference = object.__getattribute__(self, "_reference")
        if tests.trust_operators or (_is_proxy(other) and do not in _ORDER):
            return tests.act(do, self, other)
        if do in ("eq", "ne") and reference.get("compares") is not True:
            same = _is_proxy(other) and _key(self) == _key(other)
            return same == (do == "eq")
        name = reference.get("type") or reference.get("name")
        raise Untrusted(
            f"an object of the class {name} stands where a plain value is compared by {sign}, and would "
            "decide the result itself"
        )

    return operate


_ORDER: Final = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_ARITHMETIC: Final = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "matmul": "@", "and": "&", "or": "|", "xor": "^", "radd": "+", "rsub": "-", "rmul": "*",
    "rtruediv": "/", "rmatmul": "@", "rpow": "**",
}  # fmt: skip
_ASKED: Final = (
    "len bool str repr float int index complex getitem setitem delitem enter neg pos abs invert"
).split()

for _do, _sign in {**_ORDER, **_ARITHMETIC}.items():
    setattr(Proxy, f"__{_do}__", _guarded(_do, _sign))
for _do in _ASKED:
    setattr(Proxy, f"__{_do}__", _forward(_do))


class ProxyModule(ModuleType):
    """A module of the student's; its names are asked for when they are used."""

    def __init__(self, name: str, tests: Tests) -> None:
        super().__init__(name)
        self.__dict__["_tests"] = tests

    def reference_of(self) -> Message:
        """How the other side knows the module."""
        return {"$": "ref", "path": [self.__name__]}

    def __getattr__(self, name: str) -> Any:
        tests: Tests = self.__dict__["_tests"]
        if name == "__all__":
            # What a star brings must not replace what the tests compare with.
            names = tests.value(tests.ask({"do": "import", "module": self.__name__}))
            return [name for name in names if name not in tests.reserved]
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        try:
            return _at_path(tests.act("get", self, name), self.__name__, name)
        except Exception as error:
            if tests.loading and failures.told_by_student(error):
                # `from ex09 import f` at the head of the tests: only those that use f fail.
                return Missing(error)
            raise

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            self.__dict__["_tests"].act("set", self, name, value)

    def __delattr__(self, name: str) -> None:
        self.__dict__["_tests"].act("delete", self, name)


def _at_path(value: Any, module: str, name: str) -> Any:
    """The same object, known by its place: it is found again when the student's process is a new one."""
    if _is_proxy(value):
        object.__getattribute__(value, "_reference")["path"] = [module, name]
    return value


class Missing:
    """A name that the student's module lacks; using it in any way fails as the student's code did."""

    def __init__(self, error: BaseException) -> None:
        object.__setattr__(self, "_error", error)

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            return Missing
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        error: BaseException = object.__getattribute__(self, "_error")
        raise error.with_traceback(None)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Fail as the student's code did."""
        raise object.__getattribute__(self, "_error").with_traceback(None)

    def __eq__(self, other: object) -> bool:
        raise object.__getattribute__(self, "_error").with_traceback(None)

    __hash__ = None  # type: ignore[assignment]
    __iter__ = __bool__ = __len__ = __getitem__ = __add__ = __radd__ = __mul__ = __rmul__ = __call__
    __sub__ = __rsub__ = __truediv__ = __rtruediv__ = __lt__ = __gt__ = __le__ = __ge__ = __call__
    __float__ = __int__ = __contains__ = __str__ = __repr__ = __call__


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the student's modules for the tests."""

    def __init__(self, tests: Tests, modules: Sequence[str]) -> None:
        self.tests = tests
        self.modules = frozenset(modules)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self.modules:
            return None
        return importlib.machinery.ModuleSpec(name, self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return ProxyModule(spec.name, self.tests)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing runs here."""
