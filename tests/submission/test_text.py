from __future__ import annotations

import pytest

from autograder.submission.text import decode

TEXT = "η ≥ 0 — naïve café\nβ₁"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings(encoding: str) -> None:
    assert decode(TEXT.encode(encoding))[0] == TEXT


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_western_encodings_are_named(encoding: str) -> None:
    text = "Der Gewichtsvektor fällt für große Schritte, naïve Schätzung: c*(1 - beta^t). " * 3
    decoded, name = decode(text.encode(encoding))
    assert decoded == text
    assert name is not None


def test_line_ends_become_one_kind() -> None:
    assert decode(b"a\r\nb\rc\n") == ("a\nb\nc\n", None)


def test_any_bytes_become_text() -> None:
    text, name = decode(bytes(range(256)) * 4)
    assert isinstance(text, str)
    assert name is not None
