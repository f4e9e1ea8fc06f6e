"""Networks in jobs: the student's, and those of the references, which a session asks once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from pydantic import Field

from autograder.checks.code import Reference
from autograder.checks.reference_job import ReferenceJob
from autograder.checks.tools import MODULES
from autograder.exercise.model import SpecModel
from autograder.learning.transplant import Bank, Network, make_bank
from autograder.sandbox.failure import Failure, JobFailed
from autograder.sandbox.job import Job

Array = np.ndarray[Any, Any]
Run = dict[str, Any]
Seen = list[dict[str, Any]]
T = TypeVar("T")


class Case(SpecModel):
    """One way to build the network, and the shape of what it is run on."""

    arguments: tuple[Any, ...] = ()
    named: dict[str, Any] = Field(default_factory=dict)
    input: tuple[int, ...] = Field(min_length=1)

    def shown(self, name: str) -> str:
        """`get_mlp(28)`"""
        parts = [repr(a) for a in self.arguments] + [f"{k}={v!r}" for k, v in self.named.items()]
        return f"{name}({', '.join(parts)})"


class _Networks:
    """Networks built for cases by a job, and their operations."""

    def __init__(
        self, cases: Sequence[Case], inputs: Sequence[Array], call: Callable[..., Any]
    ) -> None:
        self._cases = cases
        self._inputs = inputs
        self._call = call

    def _describe(self, name: str, place: int) -> Network:
        case = self._cases[place]
        description = self._call(
            f"{MODULES}:describe",
            name=name,
            arguments=list(case.arguments),
            named=case.named,
            inputs=self._inputs[place],
            key=f"{name} {place}",
        )
        try:
            return Network.from_description(description)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"the description of a network is malformed ({type(error).__name__})"
            raise JobFailed(Failure("protocol", message)) from None

    def _evaluate(self, name: str, place: int, bank: Bank, order: Sequence[int]) -> Run:
        result = self._with_weights("evaluate", name, place, bank, order)
        if not _is_run(result, len(order)):
            raise JobFailed(Failure("protocol", "the result of an evaluation is malformed"))
        run: Run = result
        return run

    def _watch(self, name: str, place: int, bank: Bank, order: Sequence[int]) -> Seen:
        result = self._with_weights("watch", name, place, bank, order)
        whole = isinstance(result, list) and len(result) == len(order)
        if not whole or not all(map(_is_seen, result)):
            raise JobFailed(Failure("protocol", "the notes on a run are malformed"))
        seen: Seen = result
        return seen

    def _with_weights(
        self, operation: str, name: str, place: int, bank: Bank, order: Sequence[int]
    ) -> Any:
        return self._call(
            f"{MODULES}:{operation}",
            key=f"{name} {place}",
            bank=bank,
            order=list(order),
            inputs=self._inputs[place],
        )

    def _measure(self, name: str, place: int, network: Network) -> list[int]:
        """Size and step of the receptive field; empty where there is none."""
        shape = self._cases[place].input
        if len(shape) != 4 or any(layer.kind == "Linear" for layer in network.layers[:1]):
            return []
        measured = self._call(f"{MODULES}:field", key=f"{name} {place}", channels=shape[1])
        if not isinstance(measured, list) or len(measured) != 2:
            return []
        return [int(number) for number in measured if isinstance(number, int)]


class StudentNetworks(_Networks):
    """The student's network for each case, built when it is first asked for."""

    def __init__(self, job: Job, name: str, cases: Sequence[Case], inputs: Sequence[Array]) -> None:
        super().__init__(cases, inputs, job.call)
        self._name = name
        self._built: dict[int, Network] = {}

    def network(self, place: int) -> Network:
        """What it is made of."""
        if place not in self._built:
            self._built[place] = self._describe(self._name, place)
        return self._built[place]

    def run(self, place: int, bank: Bank, order: Sequence[int]) -> Run:
        """What it gives with a bank's weights, as `probes.modules.evaluate` says."""
        return self._evaluate(self._name, place, bank, order)

    def watch(self, place: int, bank: Bank, order: Sequence[int]) -> Seen:
        """What its layers are fed and give with them."""
        return self._watch(self._name, place, bank, order)

    def field(self, place: int) -> list[int]:
        """Size and step of its receptive field, measured; empty where there is none."""
        return self._measure(self._name, place, self.network(place))


class ReferenceNetworks(_Networks):
    """The references' networks: each is built, and each run made, once in a session."""

    def __init__(
        self, references: ReferenceJob, cases: Sequence[Case], inputs: Sequence[Array]
    ) -> None:
        super().__init__(cases, inputs, references.call)
        self._references = references
        self._in_job: set[tuple[str, int]] = set()

    def network(self, variant: Reference, place: int) -> Network:
        """What it is made of."""
        return self._once("network", variant, place, self._build)

    def bank(self, variant: Reference, place: int) -> Bank:
        """Weights for its layers."""

        def make(variant: Reference, place: int) -> Bank:
            return make_bank(self.network(variant, place), self._references.seed + place)

        return self._once("bank", variant, place, make)

    def run(self, variant: Reference, place: int) -> Run:
        """What it gives with these weights."""
        return self._once("run", variant, place, self._weighed(self._evaluate))

    def watch(self, variant: Reference, place: int) -> Seen:
        """What its layers are fed and give with them."""
        return self._once("watch", variant, place, self._weighed(self._watch))

    def field(self, variant: Reference, place: int) -> list[int]:
        """Size and step of its receptive field, measured; empty where there is none."""

        def make(variant: Reference, place: int) -> list[int]:
            self._make_sure_of(variant, place)
            return self._measure(variant.object, place, self.network(variant, place))

        return self._once("field", variant, place, make)

    def _once(
        self, what: str, variant: Reference, place: int, make: Callable[[Reference, int], T]
    ) -> T:
        key = (what, variant.object, place)
        return self._references.recall(key, lambda: make(variant, place))

    def _weighed(
        self, operation: Callable[[str, int, Bank, Sequence[int]], T]
    ) -> Callable[[Reference, int], T]:
        """An operation on a built network with its own weights in their places."""

        def make(variant: Reference, place: int) -> T:
            bank = self.bank(variant, place)
            self._make_sure_of(variant, place)
            return operation(variant.object, place, bank, range(len(bank)))

        return make

    def _build(self, variant: Reference, place: int) -> Network:
        self._in_job.add((variant.object, place))
        return self._describe(variant.object, place)

    def _make_sure_of(self, variant: Reference, place: int) -> None:
        """A network that is known from before is not in this job yet."""
        if (variant.object, place) not in self._in_job:
            self._build(variant, place)


def _is_run(result: Any, layers: int) -> bool:
    """Whether a job's answer has the form that the comparison relies on."""
    if not isinstance(result, dict):
        return False
    arrays = [result.get(name) for name in ("eval", "train", "gradient")]
    listed = [result.get(name) for name in ("gradients", "buffers")]
    return (
        all(isinstance(array, np.ndarray) for array in arrays)
        and all(isinstance(part, list) and len(part) == layers for part in listed)
        and all(isinstance(buffers, dict) for buffers in result["buffers"])
        and all(map(_are_norms, result["gradients"]))
    )


def _are_norms(gradients: Any) -> bool:
    return isinstance(gradients, dict) and all(
        norm is None or isinstance(norm, (int, float)) for norm in gradients.values()
    )


def _is_seen(layer: Any) -> bool:
    if not isinstance(layer, dict):
        return False
    parts = [layer.get(name) for name in ("fed", "gave")]
    return all(
        isinstance(part, list) and all(isinstance(n, (int, float)) for n in part) for part in parts
    )
