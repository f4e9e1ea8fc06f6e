"""Ids of hand-ins: readable, unique, and fit for the name of a folder on any system."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final

_LONGEST: Final = 60
_DIGEST: Final = (6, 16, 32, 64)
# Letters that do not come apart into one of ASCII and a mark.
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"}
    | {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th"}
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_OTHER = re.compile(r"[^A-Za-z0-9._]+")


def ids_for(labels: Mapping[str, str]) -> dict[str, str]:
    """An id for each key, made from its label.

    It depends on the labels only, not on their order. Labels that would give one id, were letters'
    case ignored as some file systems do, all get a piece of their key's digest.
    """
    ids = {key: safe_name(label) for key, label in labels.items()}
    for length in _DIGEST:
        taken = Counter(name.lower() for name in ids.values())
        clashing = [key for key, name in ids.items() if taken[name.lower()] > 1]
        if not clashing:
            break
        ids |= {key: f"{safe_name(labels[key])}-{_digest(key, length)}" for key in clashing}
    return ids


def safe_name(label: str) -> str:
    """A label in plain letters, digits, dots, hyphens and underscores.

    Where that leaves out letters, a piece of the label's digest tells it from others.
    """
    apart = unicodedata.normalize("NFKD", label.translate(_LETTERS))
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    name = re.sub(r"\.{2,}", ".", _OTHER.sub("-", bare)).strip("-.")
    has_lost = any(char.isalnum() and not char.isascii() for char in bare)
    if _RESERVED.fullmatch(name):
        name = f"hand-in-{name}"
    if has_lost or len(name) > _LONGEST or not name:
        name = f"{name[:_LONGEST].strip('-.') or 'hand-in'}-{_digest(label, 6)}"
    return name


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
