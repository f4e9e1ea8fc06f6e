"""The gradings that a worker holds: kept while they are worked on, shown as far as they are."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from typing import Final

from autograder.service.database import UNANSWERED
from autograder.service.queue import Claim, Queue

# Written answers come by the dozen in a blink; one write is enough for them.
_SHOW_SECONDS: Final = 0.4


class Leases:
    """Renews its claims in the background until they are dropped; use it as a context manager."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self._held: dict[str, Claim] = {}
        self._news: dict[str, tuple[str, int]] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Leases:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Give back what is still held, as if it had never been claimed."""
        self._over.set()
        self._thread.join()
        for claim in self._held.values():
            with contextlib.suppress(*UNANSWERED):
                self.queue.release(claim)

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, claim: Claim) -> str:
        """Keep a claim; returns the name that the other methods know it by."""
        with self._lock:
            self._held[claim.lease] = claim
        return claim.lease

    def show(self, name: str, record: str, done: int) -> None:
        """Take note of a grade so far, and of how many questions it has; it is stored soon."""
        with self._lock:
            self._news[name] = record, done

    def get(self, name: str) -> Claim:
        """The claim."""
        return self._held[name]

    def drop(self, name: str) -> None:
        """Keep a claim no longer: it is done, or given up."""
        with self._lock:
            del self._held[name]
            self._news.pop(name, None)

    def _keep(self) -> None:
        due = time.monotonic() + self.queue.lease_seconds / 3
        while not self._over.wait(min(_SHOW_SECONDS, self.queue.lease_seconds / 3)):
            is_due = time.monotonic() >= due
            if is_due:
                due = time.monotonic() + self.queue.lease_seconds / 3
            with self._lock:
                news, self._news = self._news, {}
                chosen = [claim for name, claim in self._held.items() if is_due or name in news]
            for claim in chosen:
                record, done = news.get(claim.lease, ("null", 0))
                # What cannot be written now is written next time, or the job is another worker's.
                with contextlib.suppress(*UNANSWERED):
                    self.queue.renew(claim, json.loads(record), done)
