"""Times as systems write them, and how late a hand-in is."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Final

_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?\s*(Z|UTC|[+-]\d\d:?\d\d)?"
)


def read_time(text: str) -> datetime | None:
    """A time such as `2026-11-03 06:28:22.402316000 Z`; None where it is none."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    offset = "+00:00" if zone in ("Z", "UTC") else zone or ""
    if offset and ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    try:
        time = datetime.fromisoformat(f"{day}T{clock}{offset}")
    except ValueError:
        return None
    return time.replace(microsecond=int(f"{fraction or 0:0<6}"[:6]))


def late_seconds(submitted: datetime | None, due: datetime | None) -> float | None:
    """Seconds after the due time, 0 when in time, None where a time is not known.

    A time without a zone is taken as UTC when the other one has a zone.
    """
    if submitted is None or due is None:
        return None
    if (submitted.tzinfo is None) != (due.tzinfo is None):
        submitted, due = _in_utc(submitted), _in_utc(due)
    return max(0.0, (submitted - due).total_seconds())


def _in_utc(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)
