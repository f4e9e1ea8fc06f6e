"""The fingerprint of a set of files, whatever the set is of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def files_digest(files: Mapping[str, bytes]) -> str:
    """The SHA-256 digest of names and contents in hexadecimal, independent of their order."""
    total = hashlib.sha256()
    for name in sorted(files):
        content = hashlib.sha256(files[name]).hexdigest()
        total.update(f"{len(name)}:{name}:{content}\n".encode())
    return total.hexdigest()
