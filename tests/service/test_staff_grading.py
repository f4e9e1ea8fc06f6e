"""Grading by question: the same answers together, with the rubric, one pile after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.site import Site, open_site

SPEC = """
symbols: {W: positive integer}
questions:
  - {id: width, kind: expression, title: The width, points: 2, answer: 2*W}
  - id: why
    kind: text
    title: Why
    points: 3
    model_answer: Because it converges.
    rubric:
      - {says: It names convergence., weight: 2, keywords: [converge*]}
      - {says: It gives a reason.}
"""
NAMES = ("Ada", "Bob", "Cyd", "Dan")
GRADE = "/staff/exercises/sample/grade"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path, SPEC, NAMES) as opened:
        yield opened


@pytest.fixture
def handed_in(site: Site) -> dict[str, str]:
    """Two students with the same words, two with others; one formula that cannot be read."""
    texts = {
        "Ada": {"why": "it  converges"},
        "Bob": {"why": "it converges\n"},
        "Cyd": {"why": "<b>who knows</b>"},
        "Dan": {"why": "luck", "width": "2*(W"},
    }
    ids = {name: site.hand_in(name, answers) for name, answers in texts.items()}
    site.work()
    return ids


def form(page: str) -> dict[str, str]:
    """What the form of a pile holds before anybody touches it."""
    hidden = dict(re.findall(r'type="hidden" name="(key|show)" value="(\w+)"', page))
    ticked = re.findall(r'name="(tick-\d|is_shown)"[^>]* checked', page)
    return {**hidden, **dict.fromkeys(ticked, "on")}


def seen_by(site: Site, name: str, submission: str) -> str:
    return site.visit(name).get(f"/submissions/{submission}")


def test_the_same_answers_are_graded_together(site: Site, handed_in: dict[str, str]) -> None:
    staff = site.visit()
    overview = staff.get(GRADE)
    assert re.search(r">4<span class=\"unseen\"> answers to Why wait", overview)
    assert re.search(r">1<span class=\"unseen\"> answers to The width wait", overview)
    page = staff.get(f"{GRADE}/why")
    assert "1 of 3 different answers" in page
    assert "2 students gave this answer" in page
    assert "found: converge" in page
    assert "Because it converges." in page
    given = {**form(page), "tick-0": "on", "feedback": "Why does it?"}
    answer = staff.post(f"{GRADE}/why", given)
    assert answer.status_code == 303
    for name in ("Ada", "Bob"):
        result = seen_by(site, name, handed_in[name])
        assert "<strong>2</strong> of 5" in result
        assert "Why does it?" in result
        assert re.search(r"Credited:</span> It names convergence. <span[^>]*>2 points", result)
        assert re.search(r"Not credited:</span> It gives a reason.", result)
    following = staff.get(answer.headers["location"])
    assert "of 2 different answers" in following
    spoken = staff.get(f"{GRADE}/why?show=spoken")
    assert form(spoken)["tick-0"] == "on"
    assert "tick-1" not in form(spoken)
    assert "Why does it?</textarea>" in spoken


def test_nothing_that_a_student_typed_is_markup(site: Site, handed_in: dict[str, str]) -> None:
    page = site.visit().get(f"{GRADE}/why?show=all")
    pages = [page, *(site.visit().get(f"{GRADE}/why?show=all&at={key}") for key in keys(page))]
    assert any("&lt;b&gt;who knows&lt;/b&gt;" in one for one in pages)
    assert not any("<b>who knows" in one for one in pages)


def keys(page: str) -> list[str]:
    return re.findall(r"at=(\w+)", page)


def test_buttons_and_points_stand_over_the_ticks(site: Site, handed_in: dict[str, str]) -> None:
    staff = site.visit()
    for values, points in (
        ({"give": "all"}, "<strong>3</strong> of 5"),
        ({"tick-0": "on", "points": "0,5"}, "<strong>0.5</strong> of 5"),
        ({"give": "nothing", "tick-0": "on"}, "<strong>0</strong> of 5"),
    ):
        page = staff.get(f"{GRADE}/why?show=all")
        staff.post(f"{GRADE}/why", {**form(page), **values})
        assert points in seen_by(site, "Ada", handed_in["Ada"])


def test_nobody_gets_a_zero_because_nothing_was_chosen(
    site: Site, handed_in: dict[str, str]
) -> None:
    staff = site.visit()
    kept = form(staff.get(f"{GRADE}/why"))
    for values in ({}, {"points": "4"}, {"points": "nan"}, {"points": "much"}):
        answer = staff.post(f"{GRADE}/why", {**kept, **values, "feedback": "these words stay"})
        assert answer.status_code == 422
        assert "these words stay" in answer.text
    assert "3 wait for a person" in seen_by(site, "Ada", handed_in["Ada"])


def test_who_comes_second_grades_nothing(site: Site, handed_in: dict[str, str]) -> None:
    staff = site.visit()
    kept = form(staff.get(f"{GRADE}/why"))
    assert staff.post(f"{GRADE}/why", {**kept, "give": "all"}).status_code == 303
    answer = staff.post(f"{GRADE}/why", {**kept, "give": "nothing"})
    assert "gone" in answer.headers["location"]
    assert "somebody else" in staff.get(answer.headers["location"])
    assert "<strong>3</strong> of 5" in seen_by(site, "Ada", handed_in["Ada"])


def test_a_rubric_may_be_kept_from_the_student(site: Site, handed_in: dict[str, str]) -> None:
    staff = site.visit()
    kept = form(staff.get(f"{GRADE}/why"))
    del kept["is_shown"]
    staff.post(f"{GRADE}/why", {**kept, "tick-0": "on"})
    assert "It names convergence" not in seen_by(site, "Ada", handed_in["Ada"])
    page = staff.get(f"/staff/submissions/{handed_in['Ada']}")
    assert "It names convergence" in page
    assert "not shown to the student" in page


def test_what_cannot_be_read_comes_to_a_person_with_what_was_written(
    site: Site, handed_in: dict[str, str]
) -> None:
    staff = site.visit()
    page = staff.get(f"{GRADE}/width")
    assert "2*(W" in page
    assert "not readable" in page
    staff.post(f"{GRADE}/width", {**form(page), "points": "2"})
    assert "No answer to this question waits" in staff.get(f"{GRADE}/width")
    assert "<strong>2</strong> of 5" in seen_by(site, "Dan", handed_in["Dan"])


def test_the_same_answer_handed_in_again_brings_its_word_along(
    site: Site, handed_in: dict[str, str]
) -> None:
    staff = site.visit()
    page = staff.get(f"{GRADE}/why")
    staff.post(f"{GRADE}/why", {**form(page), "tick-1": "on", "feedback": "said once"})
    again = site.hand_in("Ada", {"why": "it converges", "width": "2*W"})
    site.work()
    pages = [staff.get(f"{GRADE}/why")]
    for _ in range(2):
        pages.append(staff.get(f"{GRADE}/why?at={keys(pages[-1])[-1]}"))
    (page,) = (page for page in pages if "was graded before" in page)
    assert "said once</textarea>" in page
    assert form(page).get("tick-1") == "on"
    staff.post(f"{GRADE}/why", {**form(page), "feedback": "said once"})
    assert "<strong>3</strong> of 5" in seen_by(site, "Ada", again)


def test_unknown_questions_and_lists_are_not_there(site: Site) -> None:
    staff = site.visit()
    assert staff.client.get(f"{GRADE}/nothing").status_code == 404
    assert staff.client.get(f"{GRADE}/why?show=nothing").status_code == 404
    assert "No answer to this question waits" in staff.get(f"{GRADE}/why")


def test_a_rubric_that_changes_keeps_the_ticks_it_still_has(
    site: Site, handed_in: dict[str, str]
) -> None:
    staff = site.visit()
    page = staff.get(f"{GRADE}/why")
    staff.post(f"{GRADE}/why", {**form(page), "tick-0": "on"})
    site.republish("It gives a reason.", "It says why.")
    page = staff.get(f"{GRADE}/why?show=spoken")
    assert "It says why." in page
    assert form(page)["tick-0"] == "on"
    # The students were graded by the rubric as it was then.
    assert "It gives a reason." in seen_by(site, "Ada", handed_in["Ada"])


def test_a_word_can_be_taken_back(site: Site, handed_in: dict[str, str]) -> None:
    staff = site.visit()
    page = staff.get(f"{GRADE}/why")
    assert "Take the word back" not in page
    staff.post(f"{GRADE}/why", {**form(page), "give": "all"})
    assert "<strong>3</strong> of 5" in seen_by(site, "Bob", handed_in["Bob"])
    page = staff.get(f"{GRADE}/why?show=spoken")
    staff.post(f"{GRADE}/why", {**form(page), "take-back": "yes"})
    for name in ("Ada", "Bob"):
        assert "3 wait for a person" in seen_by(site, name, handed_in[name])
    assert "taken back" in staff.get(f"/staff/submissions/{handed_in['Ada']}")
    address = f"/staff/submissions/{handed_in['Ada']}"
    staff.post(address, {"question": "why", "points": "1"})
    assert "<strong>1</strong> of 5" in seen_by(site, "Ada", handed_in["Ada"])
    staff.post(address, {"question": "why", "points": "", "take-back": "yes"})
    assert "3 wait for a person" in seen_by(site, "Ada", handed_in["Ada"])
    assert staff.post(address, {"question": "why", "take-back": "yes"}).status_code == 422
