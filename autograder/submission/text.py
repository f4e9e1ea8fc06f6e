"""Bytes to text, whatever the encoding."""

from __future__ import annotations

from typing import Final

import charset_normalizer

_SAMPLE: Final = 50_000
_ENCODINGS: Final = ["cp1252", "latin_1", "mac_roman"]


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of a file, and the name of its encoding when it was not UTF-8.

    A byte-order mark is honoured and dropped; line ends become `\\n`.
    """
    text, encoding = _decode(data)
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def _decode(data: bytes) -> tuple[str, str | None]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        pass
    if data[:200].count(0) > len(data[:200]) // 4:
        little = data[1:200:2].count(0) > data[0:200:2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be", "replace"), "UTF-16"
    best = charset_normalizer.from_bytes(data[:_SAMPLE], cp_isolation=_ENCODINGS).best()
    encoding = best.encoding if best is not None else "latin_1"
    return data.decode(encoding, "replace"), encoding.replace("_", "-")
