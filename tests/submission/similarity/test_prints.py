"""Fingerprints: what is long enough and shared gives a shared one; what is given gives none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autograder.submission.similarity.prints import (
    LENGTH,
    WINDOW,
    every_hash,
    given_hashes,
    prints_of,
)
from autograder.submission.similarity.tokens import Token

WORDS = st.lists(st.sampled_from("abcdefgh"), min_size=0, max_size=40)
SHARED = st.lists(
    st.sampled_from("abcdefgh"), min_size=LENGTH + WINDOW - 1, max_size=LENGTH + WINDOW + 20
)


def tokens(words: list[str]) -> list[Token]:
    return [Token(word, 1) for word in words]


@given(WORDS, WORDS, WORDS, WORDS, SHARED)
def test_what_two_texts_share_gives_a_shared_print(
    a: list[str], b: list[str], c: list[str], d: list[str], shared: list[str]
) -> None:
    left, right = prints_of(tokens(a + shared + b)), prints_of(tokens(c + shared + d))
    assert set(left.hashes.tolist()) & set(right.hashes.tolist())


@given(WORDS, SHARED, WORDS)
def test_what_is_given_gives_no_print(a: list[str], shared: list[str], b: list[str]) -> None:
    given_here = given_hashes([tokens(shared)])
    found = prints_of(tokens(a + shared + b), given_here)
    assert not set(found.hashes.tolist()) & set(given_here.tolist())


@given(WORDS, SHARED)
def test_a_print_stands_where_its_tokens_are(before: list[str], shared: list[str]) -> None:
    text = tokens(before + shared)
    hashes, places = every_hash(text)
    where = dict(zip(places.tolist(), hashes.tolist(), strict=True))
    found = prints_of(text)
    assert all(
        where[p] == h for p, h in zip(found.places.tolist(), found.hashes.tolist(), strict=True)
    )


def test_prints_are_those_of_every_process() -> None:
    # Python's own hash of a text differs from one process to the next.
    text = tokens([f"w{n}" for n in range(LENGTH)])
    assert prints_of(text).hashes.tolist() == [5136693608651418776]
