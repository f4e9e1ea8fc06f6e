"""Every page of staff on both databases, and none that grows with the class in what it asks of them."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from autograder.service.database import Database
from autograder.service.tables import Job
from tests.service.site import Site, open_site
from tests.service.visitors import EXERCISE

NAMES = ("Ada", "Bob", "Cyd", "Dan")
SAMPLE = "/staff/exercises/sample"
PAGES = (
    "/staff",
    "/staff/gradebook",
    "/staff/gradebook.csv",
    "/staff/health",
    SAMPLE,
    f"{SAMPLE}?state=waiting&order=points&search=a",
    f"{SAMPLE}?order=time",
    f"{SAMPLE}?order=state",
    f"{SAMPLE}/grade",
    f"{SAMPLE}/grade/why",
    f"{SAMPLE}/grade/why?show=spoken",
    f"{SAMPLE}/grade/width?show=all",
    f"{SAMPLE}/wrong",
    f"{SAMPLE}/changes",
    f"{SAMPLE}/changes.csv",
    f"{SAMPLE}/versions",
    f"{SAMPLE}/versions/1",
    f"{SAMPLE}/validation",
    f"{SAMPLE}/exports",
    f"{SAMPLE}/grades.csv",
    f"{SAMPLE}/report",
)


def test_no_page_asks_more_of_the_database_for_more_students(
    database: Database, tmp_path: Path
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    with open_site(tmp_path, EXERCISE, NAMES, url) as site:
        staff = site.visit()
        counts = []
        for some in (NAMES[:2], NAMES[2:]):
            for name in some:
                one = site.hand_in(name, {"width": "W + K", "why": name, "pick": "b"})
                site.work()
                staff.post(f"/staff/submissions/{one}", {"question": "pick", "points": "1"})
            site.republish("title: Pick", f"title: Pick by {some[0]}")
            staff.post(f"{SAMPLE}/grade-again")
            site.work()
            staff.get(f"{SAMPLE}/grade/why")
            counts.append({page: asked(site, staff.get, page) for page in PAGES})
        assert counts[0] == counts[1]
        assert max(counts[1].values()) < 20
        assert ">Cyd<" in staff.get(SAMPLE)


def asked(site: Site, get, page: str) -> int:
    with site.statements() as seen:
        get(page)
    return len(seen)


@pytest.fixture
def site(tmp_path: Path):
    with open_site(tmp_path, EXERCISE, NAMES) as opened:
        yield opened


def names_in(page: str) -> list[str]:
    return sorted(NAMES, key=page.find)


def test_the_class_is_searched_filtered_and_ordered_without_scripts(site: Site) -> None:
    site.hand_in("Ada", {"width": "W + K"})
    site.hand_in("Dan", {"width": "W - K", "why": "so"})
    site.work()
    site.hand_in("Cyd", {"width": "W"})
    staff = site.visit()
    page = staff.get(SAMPLE)
    assert "3 of 4 students handed in" in page
    assert names_in(page) == ["Ada", "Bob", "Cyd", "Dan"]
    assert names_in(staff.get(f"{SAMPLE}?order=points"))[-1] == "Bob"
    assert names_in(staff.get(f"{SAMPLE}?order=time"))[0] == "Cyd"
    assert names_in(staff.get(f"{SAMPLE}?order=state")) == ["Dan", "Cyd", "Ada", "Bob"]
    for query, found in (
        ("state=waiting", {"Dan"}),
        ("state=grading", {"Cyd"}),
        ("state=missing", {"Bob"}),
        ("search=BOB%40x", {"Bob"}),
        ("search=2", {"Bob"}),
        ("search=nobody", set()),
    ):
        page = staff.get(f"{SAMPLE}?{query}")
        assert {name for name in NAMES if f">{name}<" in page} == found, query
    assert staff.client.get(f"{SAMPLE}?state=odd").status_code == 404


def test_next_leads_through_all_that_needs_somebody(site: Site) -> None:
    ids = {name: site.hand_in(name, {"why": "so"}) for name in ("Ada", "Cyd", "Dan")}
    site.hand_in("Bob", {"width": "W"})
    site.work()
    staff = site.visit()
    went, after = [], ""
    for _ in range(4):
        answer = staff.client.get(f"{SAMPLE}/next?after={after}")
        after = answer.headers["location"].rpartition("/")[2]
        went.append(after)
    assert went == [ids["Ada"], ids["Cyd"], ids["Dan"], ids["Ada"]]
    for one in ids.values():
        staff.post(f"/staff/submissions/{one}", {"question": "why", "points": "1"})
    assert staff.client.get(f"{SAMPLE}/next").headers["location"] == SAMPLE


def test_what_staff_try_out_is_no_part_of_the_class(site: Site) -> None:
    site.visit().hand_in({"why": "a test"})
    site.work()
    assert "0 of 4 students handed in" in site.visit().get(SAMPLE)
    assert "a test" not in site.visit().get(f"{SAMPLE}/grade/why")


def test_files_are_read_with_their_lines_and_as_text(site: Site) -> None:
    notebook = (
        b'{"cells": [{"cell_type": "code", "source": ["x = 1\\n", "print(\'<b>\')"]}], '
        b'"nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    )
    files = [
        ("files", ("work.ipynb", notebook)),
        ("files", ("picture.png", b"\x89PNG\0\0")),
        ("files", ("net.py", b"import os\n")),
    ]
    one = site.hand_in("Ada", {"width": "W"}, files)
    page = site.visit().get(f"/staff/submissions/{one}/files")
    assert "cell 1" in page
    assert '<span class="line">x = 1\n</span>' in page
    assert "print(&#39;&lt;b&gt;&#39;)" in page
    assert "no text; download it" in page
    assert "import os" in page
    assert "answers.yaml" in page


def test_wrong_answers_of_every_written_kind_lead_somewhere(site: Site) -> None:
    for name in ("Ada", "Bob"):
        site.hand_in(name, {"width": "W", "pick": "a"})
    site.work()
    site.republish("id: secret", "id: another")  # what was graded by it is no question any more
    page = site.visit().get(f"{SAMPLE}/wrong")
    assert "2 ×" in page
    address = re.search(r'href="([^"]+grade/pick[^"]+)"', page)
    assert address
    pile = site.visit().get(html.unescape(address[1]))
    assert "2 students gave this answer" in pile


def test_evidence_is_opened_with_curves_data_and_the_point_of_difference(site: Site) -> None:
    one = site.hand_in("Ada", {"width": "W + 2*K", "pick": "a"})
    site.work()
    with site.service.database.begin() as session:
        job = session.scalars(select(Job)).one()
        record = json.loads(job.record or "")
        pick = next(o for o in record["outcomes"] if o["question"] == "pick")
        pick["evidence"] = "counted <twice>"
        pick["data"] = {"curves": [[0.5, 0.75, 0.9]], "threshold": 0.8, "cases": "<7>"}
        job.record = json.dumps(record)
    staff = site.visit()
    page = staff.get(f"/staff/submissions/{one}")
    assert "the right one" in page  # the point at which they differ, with both values
    assert "Decided by: counted &lt;twice&gt;" in page
    assert "&#34;cases&#34;: &#34;&lt;7&gt;&#34;" in page
    assert page.count("<polyline") == 1
    staff.post(f"/staff/submissions/{one}", {"question": "pick", "points": "1"})
    page = staff.get(f"/staff/submissions/{one}")
    assert page.count("<polyline") == 1  # a person's word takes no evidence away
    assert "Decided by: counted &lt;twice&gt;" in page


def test_the_same_answer_is_tried_once_for_everybody_who_gave_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        site.hand_in(name, {"width": "W - 2*K" if name != "Dan" else "W"})
    site.work()
    tried: list[object] = []
    check = site.service.checkers.check

    def counting(asked):
        tried.append(asked.answer)
        return check(asked)

    monkeypatch.setattr(site.service.checkers, "check", counting)
    site.service.checkers.start()
    word = {"question": "width", "answer": "W - 2*K", "points": "0.5", "feedback": "Once."}
    page = site.visit().post(f"{SAMPLE}/wrong", word).text
    assert "3 submissions would change" in page
    assert page.count(">+0.5<") == 3
    assert sorted(map(str, tried)) == ["W", "W - 2*K"]
