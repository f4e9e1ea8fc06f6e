"""A student's pages: answers kept, read and checked; results with what may be told; what was tried before."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.service import web
from autograder.service.service import Service
from autograder.service.tables import Job
from autograder.service.web.events import Watch
from tests.service.site import Site, open_site
from tests.service.visitors import Visitor, work

STATIC = Path(web.__file__).with_name("static")
SPEC = """
symbols: {W: positive integer, beta_1: real, "K[]": real}
questions:
  - {id: shown, kind: expression, title: Shown, answer: W, reveal: value}
  - {id: both, kind: fields, title: Both, fields: {size: {kind: expression}, count: {}, word: {kind: choice, options: {a: {label: one}}}},
     accept: [{values: {size: W/2, count: "2", word: a}}]}
  - {id: lines, kind: derivation, title: Lines, begin: W, end: W}
"""


def look(visitor: Visitor, question: str, answers: dict | str, check: bool = False) -> dict:
    given = answers if isinstance(answers, dict) else {question: answers}
    content = {"answers": given, "check": check}
    said: dict = visitor.ask(f"/exercises/sample/look/{question}", content).json()
    return said


def state(page: str, question: str) -> str:
    """What the page says of where an answer stands."""
    found = re.search(f'data-state-of="{question}">([^<]*)<', page)
    assert found
    return found[1]


def test_answers_are_kept_and_read_while_they_are_typed(service: Service, visit: Callable) -> None:
    service.checkers.start()
    ada = visit("Ada")
    assert state(ada.client.get("/exercises/sample").text, "width") == "not answered"
    saved = ada.ask("/exercises/sample/drafts", {"input": "width", "text": "W - K <"})
    assert saved.json() == {"saved": True}
    page = ada.client.get("/exercises/sample").text
    assert "W - K &lt;</textarea>" in page
    assert state(page, "width") == "not checked"
    assert ada.ask("/exercises/sample/drafts", {"input": "other", "text": ""}).status_code == 404
    read = look(ada, "width", "2*W")
    assert (read["latex"], read["plain"]) == ("2 \\, W", "2*W")
    assert read["typeset"] == {"width": "2 \\, W"}
    assert look(ada, "width", "2*+)")["unreadable"].startswith("Your answer could not be read: ")
    assert "person" not in look(ada, "width", "2*+)")["unreadable"]  # nothing is handed in yet
    assert look(ada, "width", "  ")["state"]["name"] == "empty"


def test_what_is_too_long_is_not_kept_in_part(service: Service, visit: Callable) -> None:
    ada = visit("Ada")
    answer = ada.ask("/exercises/sample/drafts", {"input": "why", "text": "a" * 20_001})
    assert answer.status_code == 413
    assert "20000 characters" in answer.json()["problem"]


def test_checks_are_counted_and_hints_wait(service: Service, visit: Callable) -> None:
    service.checkers.start()
    ada = visit("Ada")
    first = look(ada, "width", "W + K", check=True)
    assert first["state"] == {"name": "wrong", "words": "wrong"}
    assert "You added." in first["checked"]
    assert "Subtract." not in first["checked"]
    assert first["left"] == 1
    assert "unreadable" in look(ada, "width", "((", check=True)  # costs nothing
    again = look(ada, "width", "W + K", check=True)  # neither does the same once more
    assert (again["left"], "You added." in again["checked"]) == (1, True)
    assert look(ada, "width", "W - 1")["state"]["name"] == "changed"
    second = look(ada, "width", "W", check=True)
    assert ("Subtract." in second["checked"], second["left"]) == (True, 0)
    assert "your value" in second["checked"]
    assert "right value" not in json.dumps(second)
    third = look(ada, "width", "W - K", check=True)
    assert "used every check" in third["problem"]
    assert third["state"]["name"] == "changed"
    hidden = look(ada, "secret", "W", check=True)
    assert "after handing in" in hidden["problem"]
    assert hidden["state"]["name"] == "kept"


def test_what_a_check_said_is_there_when_one_comes_back(service: Service, visit: Callable) -> None:
    service.checkers.start()
    ada = visit("Ada")
    look(ada, "width", "W + K", check=True)
    look(ada, "pick", "a", check=True)
    ada.ask("/exercises/sample/drafts", {"input": "width", "text": "W + K"})
    page = ada.client.get("/exercises/sample").text
    assert (state(page, "width"), state(page, "pick")) == ("wrong", "not answered")
    assert "You added." in page
    ada.ask("/exercises/sample/drafts", {"input": "width", "text": "W"})
    page = ada.client.get("/exercises/sample").text
    assert state(page, "width") == "changed since its check"
    assert "You added." not in page
    assert "Checked before handing in: 1" in page
    address = ada.hand_in({"width": "W - K"})
    work(service)
    look(ada, "width", "W", check=True)  # later than that
    page = ada.client.get(address).text
    assert "<code>W + K</code>" in page
    assert "Checked before handing in: 1" in page
    assert "W + K" not in visit("Bob").client.get("/exercises/sample").text


def test_checks_at_the_same_time_are_all_counted(service: Service, visit: Callable) -> None:
    service.checkers.start()
    tabs = [visit("Ada") for _ in range(4)]
    with ThreadPoolExecutor(len(tabs)) as pool:
        answers = ["W + K", "W", "K", "2*W"]
        said = list(pool.map(lambda tab, text: look(tab, "width", text, True), tabs, answers))
    assert sorted(one["state"]["name"] for one in said) == ["changed", "changed", "wrong", "wrong"]
    assert sum("used every check" in one.get("problem", "") for one in said) == 2


@pytest.fixture
def site(tmp_path: Path):
    with open_site(tmp_path, SPEC, ["Ada"]) as opened:
        yield opened


def test_formulas_have_a_keyboard_and_nothing_else_has(site: Site) -> None:
    page = site.visit("Ada").get("/exercises/sample")
    assert re.findall(r'data-keyboard="([^"]*)"', page) == ["shown", "both.size"]
    keys = re.search(r'id="shown"[^>]*data-keys="([^"]*)"', page)
    assert keys
    assert keys[1].split("\n") == ["W", r"\beta_{1}", "K_{#?}"]


def test_each_formula_of_several_is_read_by_itself(site: Site) -> None:
    site.service.checkers.start()
    page = site.visit("Ada")
    found = re.search(r'data-form-token="(\w+)"', page.get("/"))
    assert found
    answers = {"both.size": "W/2", "both.count": "2", "both.word": "a"}
    answer = page.client.post(
        "/exercises/sample/look/both", json={"answers": answers}, headers={"X-Form-Token": found[1]}
    )
    assert answer.json()["typeset"] == {"both.size": r"\frac{W}{2}"}


def test_the_right_value_is_told_where_the_question_allows_it(site: Site) -> None:
    ada = site.visit("Ada")
    address = ada.hand_in({"shown": "W + 1"})
    site.work()
    page = ada.get(address)
    assert "right value" in page
    assert "W + 1" in page or "Read as" in page


def test_curves_of_a_training_are_drawn(service: Service, visit: Callable) -> None:
    ada = visit("Ada")
    address = ada.hand_in({"width": "W - K"})
    work(service)
    with service.database.begin() as session:
        job = session.query(Job).one()
        record = json.loads(job.record or "")
        data = {"curves": [[0.5, 0.9]], "reference_curves": [[0.6, 0.95]], "threshold": 0.8}
        record["outcomes"][0]["data"] = data
        job.record = json.dumps(record)
    page = ada.client.get(address).text
    assert page.count("<polyline") == 2
    assert "Accuracy in % after each epoch" in page
    assert "style=" not in page


def test_earlier_submissions_are_listed_and_open(service: Service, visit: Callable) -> None:
    ada = visit("Ada")
    first = ada.hand_in({"width": "W + K"})
    work(service)
    second = ada.hand_in({"width": "W - K"})
    page = ada.client.get("/exercises/sample").text
    assert page.index(f'href="{second}"') < page.rindex(f'href="{first}"')
    assert "being graded" in page
    assert "0 of 6 points" in page
    work(service)
    page = ada.client.get(first).text
    assert f'href="{second}">a newer one counts' in page
    assert "2 of 6 points" in page
    assert "2 of 6 points" in ada.client.get("/").text
    assert first not in visit("Bob").client.get("/exercises/sample").text


def test_what_was_typed_stands_there_when_files_are_refused(visit: Callable) -> None:
    ada = visit("Ada")
    refused = {
        "work.rar": (b"Rar!", "pack it as a zip"),
        "me.png": (b"PNG", "cannot be graded"),
        "work.ipynb": (b"", "is empty"),
    }
    for name, (data, words) in refused.items():
        files = [("files", (name, data))]
        typed = {} if name == "me.png" else {"width": "W/2", "pick": "b"}
        answer = ada.post("/exercises/sample/hand-in", typed, files=files)
        assert answer.status_code == 422
        assert f"Nothing was handed in: {name}" in answer.text
        assert words in answer.text
        assert ("W/2</textarea>" in answer.text) is bool(typed)
        assert ('value="b" checked' in answer.text) is bool(typed)
    assert "Handed in before" not in ada.client.get("/exercises/sample").text


def test_a_question_may_have_any_name(tmp_path: Path) -> None:
    names = ("files", "again", "summary", "earlier")
    rows = (f"  - {{id: {n}, kind: expression, title: It, answer: W}}\n" for n in names)
    spec = f"symbols: {{W: real}}\nquestions:\n{''.join(rows)}"
    with open_site(tmp_path, spec, ["Ada"]) as site:
        ada = site.visit("Ada")
        files = [("files", ("work.md", b"Nothing"))]
        typed = dict.fromkeys(names, "W")
        address = ada.hand_in(typed, files)
        again = ada.hand_in({**typed, "hand_in_again": address.rpartition("/")[2]})
        site.work()
        for one in (address, again):
            assert "<strong>4</strong> of 4 points" in ada.get(one)


def test_what_was_handed_in_stands_in_the_form_again(visit: Callable) -> None:
    ada = visit("Ada")
    ada.ask("/exercises/sample/drafts", {"input": "width", "text": "W"})
    ada.hand_in({"width": "W - K", "why": "because", "pick": "b"})
    page = ada.client.get("/exercises/sample").text
    assert "W - K</textarea>" in page
    assert "because</textarea>" in page
    assert 'value="b" checked' in page


def test_files_go_along_with_the_next_hand_in_unless_there_are_others(
    service: Service, visit: Callable
) -> None:
    ada, bob, staff = visit("Ada"), visit("Bob"), visit("Instructor")
    first = ada.hand_in({"width": "W"}, [("files", ("work.py", b"x = 1"))])
    page = ada.client.get("/exercises/sample").text
    assert "what I handed in before: work.py</span>" in page
    identifier = first.rpartition("/")[2]
    second = ada.hand_in({"width": "W - K", "hand_in_again": identifier})
    page = staff.client.get(f"/staff{second}").text
    assert ">work.py<" in page
    assert "answers-2.yaml" not in page  # what was typed then is not what is typed now
    third = ada.hand_in({"hand_in_again": identifier}, [("files", ("other.py", b"x = 2"))])
    assert ">work.py<" not in staff.client.get(f"/staff{third}").text
    theirs = bob.hand_in({"width": "W", "hand_in_again": identifier})
    assert ">work.py<" not in staff.client.get(f"/staff{theirs}").text


def test_a_script_is_answered_with_data(visit: Callable) -> None:
    ada = visit("Ada")
    token = ada.token()
    headers = {"X-Form-Token": token}
    data = {"form_token": token, "width": "W"}
    files = [("files", ("", b""))]
    answer = ada.client.post("/exercises/sample/hand-in", data=data, files=files, headers=headers)
    assert answer.json()["address"].startswith("/submissions/")
    data["width"] = ""
    answer = ada.client.post("/exercises/sample/hand-in", data=data, files=files, headers=headers)
    assert answer.status_code == 422
    assert "there is nothing to hand in" in answer.json()["problem"]


def test_files_of_one_name_in_several_folders_all_arrive(service: Service, visit: Callable) -> None:
    ada = visit("Ada")
    names = ["a/util.py", "b/util.py", "a", "b:\\util.py", "../.git/x.py", "a/answers.md"]
    files = [("files", (name, b"### width\n\nW - K\n")) for name in names]
    address = ada.hand_in({}, files)
    page = visit("Instructor").client.get(f"/staff{address}").text
    for name in ("a/util.py", "b/util.py", "util.py", "a-2", "a/answers.md"):
        assert f">{name}<" in page
    assert ".git" not in page
    work(service)
    assert "<strong>2</strong> of 6" in ada.client.get(address).text


def test_events_have_names_by_which_a_browser_goes_on(service: Service, visit: Callable) -> None:
    address = visit("Ada").hand_in({"width": "W"})
    submission = address.rpartition("/")[2]

    async def first_of(seen: str) -> str:
        watch = Watch(service.database, look_seconds=0.01)
        events = watch.follow(submission, seen)
        try:
            return await asyncio.wait_for(events.__anext__(), 60)
        finally:
            await events.aclose()

    event = asyncio.run(first_of(""))
    found = re.match(r"id: (\S+)\nretry: \d+\ndata: (.*)\n\n", event)
    assert found
    assert json.loads(found[2])["state"] == "waiting"
    claim = service.queue.claim("here")
    assert claim
    assert '"state": "leased"' in asyncio.run(first_of(found[1]))  # what happened meanwhile
    service.queue.fail(claim, "no")
    over = asyncio.run(first_of(""))
    assert '"state": "failed"' in over
    assert (
        asyncio.run(first_of(over.split()[1])) == over
    )  # the end is said to who asks for it again


def test_what_is_vendored_is_what_the_note_says() -> None:
    rows = re.findall(r"\| (\S+/\S+) \| ([0-9a-f]{64}) \|", (STATIC / "vendored.md").read_text())
    assert len(rows) == 3
    for name, digest in rows:
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name
        assert (STATIC / name).with_name("LICENSE").is_file()
