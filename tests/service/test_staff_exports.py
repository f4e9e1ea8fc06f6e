"""What staff take away: forms filled in, and everything safe to open in a spreadsheet."""

from __future__ import annotations

import base64
import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.site import Site, open_site

SPEC = """
symbols: {W: positive integer}
questions:
  - {id: width, kind: expression, title: The width, points: 2, answer: 2*W}
"""
EXPORTS = "/staff/exercises/sample/exports"
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,A sample (123)\n"
    '"    Points Possible",,,,,2\n'
    '"Lovelace, Ada",11,1,ada@x.org,S,\n"Else, Somebody",12,9,else@x.org,S,1\n'
)
MOODLE = "Identifier,Full name,Email address,Grade,Maximum Grade\nParticipant 5,Ada,ada@x.org,,2\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path, SPEC, ["Ada", "=cmd|' /C calc'!A0"]) as opened:
        opened.hand_in("Ada", {"width": "2*W"})
        opened.work()
        yield opened


def fill(site: Site, system: str, table: str, **more: str):
    files = [("sheet", ("their table.csv", table.encode(), "text/csv"))]
    return site.visit().post(EXPORTS, {"system": system, **more}, files=files)


def filled(page: str) -> list[dict[str, str]]:
    found = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
    assert found
    text = base64.b64decode(html.unescape(found[1])).decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_canvas_s_gradebook_comes_back_with_the_points(site: Site) -> None:
    page = fill(site, "canvas", CANVAS).text
    grades = {row["Student"]: row["A sample (123)"] for row in filled(page)}
    assert grades["Lovelace, Ada"] == "2"
    assert grades["Else, Somebody"] == "1"  # what is there stays


def test_moodle_s_worksheet_comes_back_with_the_points(site: Site) -> None:
    (row,) = filled(fill(site, "moodle", MOODLE).text)
    assert row["Grade"] == "2"


@pytest.mark.parametrize(
    ("system", "table", "column", "said"),
    [
        ("moodle", CANVAS, "", "their table.csv is no grading worksheet of Moodle"),
        ("canvas", "x", "", "no CSV file with a head"),
        ("canvas", CANVAS, "Homework", "name the assignment in the field below"),
    ],
)
def test_a_table_that_is_none_is_refused_in_words(
    site: Site, system: str, table: str, column: str, said: str
) -> None:
    answer = fill(site, system, table, column=column)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)


def test_a_form_without_a_table_or_a_system_is_refused(site: Site) -> None:
    staff = site.visit()
    empty = [("sheet", ("", b""))]
    answer = staff.post(EXPORTS, {"system": "canvas"}, files=empty)
    assert "choose the table that Canvas exported" in answer.text
    assert staff.post(EXPORTS, {"system": "blackboard"}, files=empty).status_code == 422


def test_no_name_becomes_a_formula_in_a_spreadsheet(site: Site) -> None:
    staff = site.visit()
    for table in ("/staff/gradebook.csv", "/staff/exercises/sample/grades.csv"):
        for row in csv.reader(io.StringIO(staff.get(table))):
            assert not any(cell.startswith(("=", "+", "@")) for cell in row)
    assert "'=cmd" in staff.get("/staff/gradebook.csv")


def test_the_gradebook_has_everybody_in_every_exercise(site: Site) -> None:
    staff = site.visit()
    page = staff.get("/staff/gradebook")
    assert re.search(r'scope="row">Ada</th>\s*<td class="n"><a href="[^"]+">2</a>', page)
    rows = list(csv.DictReader(io.StringIO(staff.get("/staff/gradebook.csv").lstrip("\ufeff"))))
    ada = next(row for row in rows if row["name"] == "Ada")
    assert (ada["sample"], ada["sample state"]) == ("2", "graded")
    other = next(row for row in rows if row["name"] != "Ada")
    assert (other["sample"], other["sample state"]) == ("", "missing")


def test_a_file_is_downloaded_under_its_own_name_and_never_shown(site: Site) -> None:
    submission = site.hand_in("Ada", {}, [("files", ("täsk \u4e00.md", b"### width\n\n2*W\n"))])
    staff = site.visit()
    page = staff.get(f"/staff/submissions/{submission}")
    address = re.search(rf'href="(/staff/submissions/{submission}/files/[^"]+)"', page)
    assert address
    answer = staff.client.get(html.unescape(address[1]))
    assert answer.content == b"### width\n\n2*W\n"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "filename*=UTF-8''t%C3%A4sk%20%E4%B8%80.md" in answer.headers["content-disposition"]
