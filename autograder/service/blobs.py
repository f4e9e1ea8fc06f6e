"""Bytes in the database by their digest, each kept once."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from autograder.errors import InternalError
from autograder.service.tables import Blob


def put(session: Session, data: bytes) -> str:
    """Store bytes, unless they are there already; returns their SHA-256 digest in hexadecimal."""
    digest = hashlib.sha256(data).hexdigest()
    if session.get(Blob, digest) is None:
        session.add(Blob(digest=digest, data=data))
        session.flush()
    return digest


def get(session: Session, digest: str) -> bytes:
    """The bytes of a digest.

    Raises:
        InternalError: they are missing or damaged.
    """
    blob = session.get(Blob, digest)
    if blob is None or hashlib.sha256(blob.data).hexdigest() != digest:
        raise InternalError(f"the stored bytes {digest[:12]} are missing or damaged")
    return blob.data
