"""A question's references, in a job that starts only when something about them is not known yet.

What a reference does depends on the exercise and the seed and on no submission, so a session asks once.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from autograder.checks.code import Reference, objects_of
from autograder.checks.tools import Tools, reference_call
from autograder.exercise.model import Question
from autograder.sandbox.job import Job
from autograder.sandbox.limits import Limits

T = TypeVar("T")


class ReferenceJob:
    """Use it as a context manager; `seed` is drawn from everything that their results depend on."""

    def __init__(
        self, question: Question, references: Sequence[Reference], tools: Tools, seconds: float
    ) -> None:
        self._objects = objects_of(references)
        self._tools = tools
        self._limits = Limits(seconds=seconds)
        self._stack = contextlib.ExitStack()
        self._job: Job | None = None
        texts = tools.reference_texts(self._objects)
        content = repr((tools.seed, question, texts)).encode("utf-8", "replace")
        self._digest = hashlib.sha256(content).digest()
        self.seed = int.from_bytes(self._digest[:7], "big")

    def __enter__(self) -> ReferenceJob:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def recall(self, what: Hashable, make: Callable[[], T]) -> T:
        """What is known of the references under `what`, else what `make` gives; nobody may change it."""
        return self._tools.memory.recall((self._digest, what), make)

    def call(self, operation: str, /, **arguments: Any) -> Any:
        """An operation on the references.

        Raises:
            InternalError: it failed, which is never the student's fault.
        """
        if self._job is None:
            opened = self._tools.reference(self._objects, self._limits)
            self._job = self._stack.enter_context(opened)
        return reference_call(self._job, operation, **arguments)
