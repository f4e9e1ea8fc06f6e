"""The table of notations is true: what one cell lists reads as one and the same formula."""

from __future__ import annotations

import re

import pytest

from autograder.errors import FormulaError
from autograder.symbolic.reader import read_answer
from autograder.symbolic.show import plain
from autograder.symbolic.table import SymbolTable
from tests.conftest import ROOT
from tests.symbolic.tables import table_of

PAGE = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`.*?) \| [^`|].*\|$", PAGE, re.MULTILINE)
GROUPS = [
    [span.replace("\\|", "|") for span in re.findall(r"`([^`]+)`", group)]
    for row in ROWS
    for group in re.split(r"(?<=`); (?=`)", row)
]
DECLARED = table_of(beta_1="real")
TABLE = SymbolTable(DECLARED.symbols, open=True)


def test_the_table_is_found() -> None:
    assert len(GROUPS) > 20


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0])
def test_the_notations_of_a_cell_mean_the_same(group: list[str]) -> None:
    readings = {plain(read_answer(text, TABLE).node) for text in group}
    assert len(readings) == 1, readings


REFUSED = PAGE[PAGE.index("Refused with a reason") :].partition("\n\n")[0]


@pytest.mark.parametrize("text", re.findall(r"`([^`]+)`", REFUSED))
def test_what_the_page_calls_refused_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        read_answer(text, TABLE)
