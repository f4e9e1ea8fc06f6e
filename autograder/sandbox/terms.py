"""What all jobs of a fork server have in common, whoever asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Terms:
    """The conditions of every job of one fork server.

    `jail` is the folder they see where no other is named, `group` the control group below which each
    gets one of its own (empty: none) and `named` how those groups' names begin.
    """

    jail: str
    confined: bool = True
    gpu: bool = False
    seed: int = 0
    without: tuple[str, ...] = ()
    manners: bool = True
    group: str = ""
    named: str = ""

    def message(self) -> dict[str, Any]:
        """The terms as they travel to another process of the grader's."""
        return asdict(self)

    @staticmethod
    def read(message: Mapping[str, Any]) -> Terms:
        """The terms from such a message."""
        return Terms(**{**message, "without": tuple(message["without"])})
