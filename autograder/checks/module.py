"""`module`: a network, judged by being the same function as the reference on the same weights.

For each construction case both networks are built, the same random weights are put into layers of the
same role, and outputs, input gradients and running statistics are compared in eval and train mode.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from pydantic import Field

from autograder.checks.code import (
    CodeQuestion,
    Reference,
    References,
    WrongReference,
    objects_of,
    with_student,
)
from autograder.checks.outcome import Outcome, of_credit, verdict_line
from autograder.checks.tools import MODULES, Answer, StudentJob, Tools, reference_call
from autograder.exercise.document import Path
from autograder.exercise.model import SpecModel
from autograder.learning import explain
from autograder.learning.transplant import (
    Bank,
    Network,
    candidate_orders,
    distance,
    make_bank,
    same_function,
)
from autograder.sandbox.failure import Failure, JobFailed
from autograder.sandbox.job import Job
from autograder.sandbox.limits import Limits

_SECONDS: Final = 120.0


class Case(SpecModel):
    """One way to build the network, and the shape of what it is run on."""

    arguments: tuple[Any, ...] = ()
    named: dict[str, Any] = Field(default_factory=dict)
    input: tuple[int, ...] = Field(min_length=1)

    def shown(self, name: str) -> str:
        """`get_mlp(28)`"""
        parts = [repr(a) for a in self.arguments] + [f"{k}={v!r}" for k, v in self.named.items()]
        return f"{name}({', '.join(parts)})"


class ModuleQuestion(CodeQuestion):
    """A function or class that gives an nn.Module."""

    kind: Literal["module"]
    reference: References = Field(description="The right network, or several right variants.")
    cases: tuple[Case, ...] = Field(min_length=1)
    mistakes: tuple[WrongReference, ...] = ()

    def files(self) -> Iterator[tuple[Path, str]]:
        """The files of the references and mistakes."""
        for place, reference in enumerate(self.reference):
            yield ("reference", place), reference.file
        for place, mistake in enumerate(self.mistakes):
            yield ("mistakes", place, "object"), mistake.file


KIND = ModuleQuestion


@dataclass(frozen=True)
class _Built:
    """A network built for one case, in a job, under a key."""

    network: Network
    key: str


@dataclass(frozen=True)
class _Match:
    """What a comparison with one reference gave: equal in every case, or why not."""

    equal: bool
    why: str = ""
    details: tuple[str, ...] = ()
    distance: tuple[int, int] = (0, 0)
    proved: bool = True  # that it is wrong, not merely that it could not be matched


def check(question: ModuleQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Compare with each right variant, then with each known mistake, then say what differs."""

    def judge(student: StudentJob) -> Outcome:
        objects = objects_of((*question.reference, *question.mistakes))
        with tools.reference(objects, Limits(seconds=_SECONDS)) as reference:
            return _Comparison(
                question, student.job, reference, _seed(question, answer, tools)
            ).judge()

    return with_student(question, answer, tools, judge)


def _seed(question: ModuleQuestion, answer: Answer, tools: Tools) -> int:
    """Weights that a student cannot foresee and that are the same whenever the hand-in is."""
    content = hashlib.sha256(f"{tools.seed}:{question.id}".encode())
    for source in answer.code:
        content.update(source.text.encode("utf-8", "replace"))
    return int.from_bytes(content.digest()[:7], "big")


class _Comparison:
    """The student's network against references, on every case."""

    def __init__(self, question: ModuleQuestion, student: Job, reference: Job, seed: int) -> None:
        self.question = question
        self.student = student
        self.reference = reference
        self.seed = seed
        chance = np.random.default_rng(seed)
        self.inputs = [chance.normal(size=case.input) for case in question.cases]
        self._mine: dict[int, _Built] = {}

    def judge(self) -> Outcome:
        """The outcome; the first right variant that fits counts."""
        question = self.question
        nearest: _Match | None = None
        for variant in question.reference:
            match = self._match(variant)
            if match.equal:
                return self._right(variant)
            if nearest is None or match.distance < nearest.distance:
                nearest = match
        assert nearest is not None
        for mistake in question.mistakes:
            if self._match(mistake).equal:
                outcome = of_credit(mistake.credit)
                evidence = f"the same function as the known mistake {mistake.name}"
                return Outcome(
                    question.id, outcome, mistake.credit, mistake.feedback, evidence,
                    hint=question.hint, data={"mistake": mistake.name},
                )  # fmt: skip
        return self._wrong(nearest)

    def _wrong(self, nearest: _Match) -> Outcome:
        """Wrong for a reason that is known; what cannot be matched at all goes to a person."""
        if nearest.proved:
            return Outcome(
                self.question.id, "wrong", 0.0, nearest.why, evidence=nearest.why,
                details=nearest.details, hint=self.question.hint,
            )  # fmt: skip
        line = (
            "Your network keeps its weights in tensors of its own, not in torch's layers, so the grader "
            "cannot compare it with the reference. A person will look at it."
        )
        return Outcome(self.question.id, "undecided", None, line, evidence=nearest.why)

    def _right(self, variant: Reference) -> Outcome:
        cases = len(self.question.cases)
        parameters = self._mine[0].network.parameters
        return Outcome(
            self.question.id,
            of_credit(variant.credit),
            variant.credit,
            verdict_line(variant.credit),
            evidence=(
                f"same outputs, gradients and statistics as {variant.name} with the same weights, "
                f"in {cases} case{'s' if cases > 1 else ''}, in eval and train mode"
            ),
            notes=(variant.note,) if variant.note else (),
            data={
                "variant": variant.name,
                "parameters": parameters,
                "receptive_field": self._field(0),
            },
        )

    def _match(self, variant: Reference) -> _Match:
        for place in range(len(self.question.cases)):
            match = self._match_case(variant, place)
            if not match.equal:
                return match
        return _Match(equal=True)

    def _match_case(self, variant: Reference, place: int) -> _Match:
        case = self.question.cases[place]
        theirs = self._build_reference(variant, place)
        mine = self._build_student(place)
        where = f"{case.shown(self.question.name)}: "
        far = distance(mine.network, theirs.network)
        if mine.network.output != theirs.network.output:
            line = explain.structural_difference(mine.network, theirs.network, case.input)
        else:
            line = explain.unsteadiness(mine.network, theirs.network)
        if line is not None:
            return _Match(equal=False, why=where + line, distance=far)
        bank = make_bank(theirs.network, self.seed + place)
        right: dict[str, Any] | None = None
        first: tuple[dict[str, Any], list[int]] | None = None
        for order in candidate_orders(mine.network, theirs.network):
            right = right or self._evaluate(self.reference, theirs, bank, place, _identity(bank))
            run = self._evaluate(self.student, mine, bank, place, order)
            if same_function(run, right, order, mine.network.precision):
                return _Match(equal=True)
            first = first or (run, order)
        line = explain.structural_difference(mine.network, theirs.network, case.input)
        if line is None and first is not None and right is not None:
            line = explain.behavioural_difference(mine.network, first[0], right, first[1])
        line = line or "Your layers cannot be matched with the reference's."
        measured = self._field(place)
        field = explain.field_line(measured, theirs.network) if measured else None
        foreign = any(layer.foreign for layer in mine.network.layers)
        details = (field,) if field else ()
        return _Match(False, where + line, details, far, proved=first is not None or not foreign)

    def _build_student(self, place: int) -> _Built:
        if place not in self._mine:
            description = self._describe(self.student.call, self.question.name, place, "student")
            self._mine[place] = description
        return self._mine[place]

    def _field(self, place: int) -> list[int]:
        """Size and step of the receptive field, measured on the student's network; empty if none."""
        shape = self.question.cases[place].input
        if len(shape) != 4 or any(
            layer.kind == "Linear" for layer in self._mine[place].network.layers[:1]
        ):
            return []
        key = self._mine[place].key
        measured = self.student.call(f"{MODULES}:field", key=key, channels=shape[1])
        if not isinstance(measured, list) or len(measured) != 2:
            return []
        return [int(number) for number in measured if isinstance(number, int)]

    def _build_reference(self, variant: Reference, place: int) -> _Built:
        """The reference's network; its weights are replaced at every use, so it is built once."""

        def call(operation: str, **arguments: Any) -> Any:
            return reference_call(self.reference, operation, **arguments)

        return self._describe(call, variant.object, place, variant.object)

    def _describe(self, call: Any, name: str, place: int, owner: str) -> _Built:
        case = self.question.cases[place]
        key = f"{owner} {place}"
        description = call(
            f"{MODULES}:describe",
            name=name,
            arguments=list(case.arguments),
            named=case.named,
            inputs=self.inputs[place],
            key=key,
        )
        try:
            return _Built(Network.from_description(description), key)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"the description of a network is malformed ({type(error).__name__})"
            raise JobFailed(Failure("protocol", message)) from None

    def _evaluate(
        self, job: Job, built: _Built, bank: Bank, place: int, order: Sequence[int]
    ) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "key": built.key, "bank": bank, "orders": [list(order)], "inputs": self.inputs[place],
        }  # fmt: skip
        if job is self.reference:
            results = reference_call(job, f"{MODULES}:evaluate", **arguments)
        else:
            results = job.call(f"{MODULES}:evaluate", **arguments)
        if not _is_evaluation(results, len(order)):
            raise JobFailed(Failure("protocol", "the result of an evaluation is malformed"))
        result: dict[str, Any] = results[0]
        return result


def _identity(bank: Bank) -> list[int]:
    return list(range(len(bank)))


def _is_evaluation(results: Any, layers: int) -> bool:
    """Whether a job's answer has the form that the comparison relies on."""
    if not isinstance(results, list) or len(results) != 1 or not isinstance(results[0], dict):
        return False
    result = results[0]
    buffers = result.get("buffers")
    if not isinstance(buffers, list) or len(buffers) != layers:
        return False
    if not all(isinstance(buffer, dict) for buffer in buffers):
        return False
    return all(_is_pass(result.get(mode), layers) for mode in ("eval", "train"))


def _is_pass(part: Any, layers: int) -> bool:
    if not isinstance(part, dict) or not isinstance(part.get("layers"), list):
        return False
    arrays = all(isinstance(part.get(name), np.ndarray) for name in ("output", "gradient"))
    return arrays and len(part["layers"]) == layers and all(map(_is_fingerprint, part["layers"]))


def _is_fingerprint(layer: Any) -> bool:
    if not isinstance(layer, dict) or not isinstance(layer.get("gradients"), dict):
        return False
    numbers = [*_listed(layer.get("fed")), *_listed(layer.get("gave"))]
    gradients = [value for value in layer["gradients"].values() if value is not None]
    return all(isinstance(number, (int, float)) for number in (*numbers, *gradients))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [None]
