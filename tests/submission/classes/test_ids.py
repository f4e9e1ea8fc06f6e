from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submission.classes.ids import ids_for, safe_name

HOSTILE = [
    "", ".", "..", "../x", "a/b", "a\\b", "~", "-rf", "con", "NUL.md", "x" * 300, "a\x00b",
    "a\nb", "\u202eevil", "аnna", "anna", "Anna", "ANNA", "ａｎｎａ", "é", "e\u0301", "王伟", "王薇",
    "$(rm)", "a b", "a  b", "a-b", "trailing.", "trailing ", "\ud800", "hand-in", "💥",
]  # fmt: skip


@pytest.mark.parametrize("label", HOSTILE)
def test_an_id_is_fit_for_a_folder_on_any_system(label: str) -> None:
    name = safe_name(label)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*[A-Za-z0-9_]|[A-Za-z0-9_]", name)
    assert ".." not in name
    assert len(name) <= 80
    assert name.split(".")[0].upper() not in {"CON", "NUL", "PRN", "AUX"}


@given(st.lists(st.text() | st.sampled_from(HOSTILE), unique=True))
def test_ids_are_unique_whatever_the_case_and_the_order(labels: list[str]) -> None:
    ids = ids_for({label: label for label in labels})
    assert len({name.lower() for name in ids.values()}) == len(labels)
    assert ids == ids_for({label: label for label in reversed(labels)})
    assert all(unicodedata.normalize("NFC", name) == name for name in ids.values())


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Jane Doe_12345", "Jane-Doe_12345"),
        ("José Núñez", "Jose-Nunez"),
        ("Søren Groß", "Soren-Gross"),
        ("submission_123", "submission_123"),
        ("O'Brien, Anna", "O-Brien-Anna"),
    ],
)
def test_an_id_can_be_read(label: str, name: str) -> None:
    assert safe_name(label) == name


def test_letters_that_look_alike_do_not_merge() -> None:
    ids = ids_for({"anna": "anna", "аnna": "аnna"})
    assert ids["anna"] == "anna"
    assert ids["аnna"].startswith("nna-")


def test_only_those_that_clash_get_a_mark() -> None:
    ids = ids_for({"a": "Anna", "b": "anna", "c": "ben"})
    assert ids["c"] == "ben"
    assert ids["a"].startswith("Anna-") and ids["b"].startswith("anna-")


def test_a_label_that_bears_another_s_mark_gets_one_of_its_own() -> None:
    first = ids_for({"a": "anna", "b": "Anna"})
    ids = ids_for({"a": "anna", "b": "Anna", "c": first["a"]})
    assert len({name.lower() for name in ids.values()}) == 3
