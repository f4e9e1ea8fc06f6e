"""Verdicts already reached, shared by a whole class: identical answers are judged once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from autograder.symbolic.verdict import Verdict

_MOST: Final = 4096


class VerdictCache:
    """The verdicts used last, by question and answer; safe to share between threads."""

    def __init__(self, most: int = _MOST) -> None:
        self.most = most
        self._verdicts: OrderedDict[Hashable, Verdict] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Verdict | None:
        """The verdict on a key, or None."""
        with self._lock:
            verdict = self._verdicts.get(key)
            if verdict is not None:
                self._verdicts.move_to_end(key)
            return verdict

    def put(self, key: Hashable, verdict: Verdict) -> None:
        """Keep a verdict; the one unused for longest makes room."""
        with self._lock:
            self._verdicts[key] = verdict
            self._verdicts.move_to_end(key)
            while len(self._verdicts) > self.most:
                self._verdicts.popitem(last=False)


SHARED: Final = VerdictCache()
