"""What is decided about two formulas, and the evidence for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Proof = Literal["structural", "exact", "sympy", "numeric"]


@dataclass(frozen=True)
class Counterexample:
    """A point at which two formulas differ, with both values as text."""

    point: dict[str, str]
    expected: str
    student: str

    def where(self) -> str:
        """The point in words: `W = 7, K = 3`."""
        return ", ".join(f"{name} = {value}" for name, value in self.point.items())


@dataclass(frozen=True)
class Verdict:
    """What was decided about two formulas, and the evidence for it."""

    verdict: Literal["equal", "different", "undecided"]
    evidence: str
    proof: Proof | None = None
    counterexample: Counterexample | None = None

    @property
    def equal(self) -> bool:
        """Whether the formulas are equal."""
        return self.verdict == "equal"
