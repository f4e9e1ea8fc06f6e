"""Bytes in the database by their digest, each kept once."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.errors import InternalError
from autograder.service.database import Database
from autograder.service.tables import Blob


def put(database: Database, session: Session, data: bytes) -> str:
    """Store bytes, unless they are there already; returns their SHA-256 digest in hexadecimal."""
    digest = hashlib.sha256(data).hexdigest()
    there = select(Blob.digest).where(Blob.digest == digest)
    if session.scalar(there) is None:
        database.upsert(session, Blob(digest=digest, data=data))
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
