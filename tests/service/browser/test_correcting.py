"""An instructor in a real browser: logs in, enrols, sees the class, grades, corrects, and exports."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Chromium, fits
from tests.service.browser.conftest import Visit
from tests.service.browser.course import Running

CLASS = "/staff/exercises/sample"
PASSWORD = "a long enough word"
ROSTER = "Name,Email,SID\nZoë Zimmer,zoe@x.org,77\nYves Y.,yves@x.org,78\n"


def hand_in(page: Page, running: Running, **answers: str) -> str:
    """Type and hand in; returns the path of the result."""
    page.goto(f"{running.url}/exercises/sample")
    for question, text in answers.items():
        page.locator(f"#{question}").get_by_role("textbox").fill(text)
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator(".total")).to_contain_text("of 8")
    return page.url.removeprefix(running.url)


def test_one_logs_in_with_a_password(chromium: Chromium, visit: Visit, running: Running) -> None:
    page = visit("Instructor")
    page.goto(f"{running.url}/password")
    page.get_by_label("Mail address").fill("boss@x.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Keep it").click()
    expect(page).to_have_url(re.compile("/staff$"))
    with chromium.page(running.url) as other:
        other.goto(f"{running.url}/staff")
        for word in ("a wrong password", PASSWORD):
            other.get_by_label("Mail address").fill("boss@x.org")
            other.get_by_label("Password").fill(word)
            other.get_by_role("button", name="Log in", exact=True).click()
            if word != PASSWORD:
                expect(other.get_by_role("alert")).to_contain_text("No instructor")
        expect(other).to_have_url(re.compile("/staff$"))


def test_a_roster_becomes_links_that_open(
    chromium: Chromium, instructor: Page, running: Running
) -> None:
    instructor.get_by_role("link", name="Students").click()
    roster = {"name": "roster.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()}
    instructor.locator("input[type=file]").set_input_files(roster)  # type: ignore[arg-type]
    instructor.get_by_role("button", name="Add them").click()
    expect(instructor.get_by_role("status")).to_contain_text("2")
    instructor.get_by_label("Zoë Zimmer").check()
    instructor.get_by_role("button", name="Print links").click()
    slips = instructor.locator(".slips li")
    expect(slips).to_have_count(1)
    row = slips.filter(has_text="Zoë Zimmer")
    found = re.search(r"http://\S+/enter/[\w-]+", row.inner_text())
    assert found
    with chromium.page(running.url, width=390) as page:
        page.goto(found[0])
        page.get_by_role("button", name="Come in").click()
        expect(page.locator("header")).to_contain_text("Zoë Zimmer")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_text_is_graded_with_its_rubric(
    visit: Visit, running: Running, width: int, scheme: str
) -> None:
    tabs = [visit(running.student()) for _ in range(2)]
    said = f"<b>the places</b> at {width}"
    paths = [hand_in(tab, running, why=said) for tab in tabs]
    page = visit("Instructor", width=width, scheme=scheme)
    page.goto(f"{running.url}{CLASS}/grade/why")
    assert fits(page)
    expect(page.locator("main")).to_contain_text(said)
    expect(page.locator("main")).to_contain_text("2 students gave this answer")
    page.get_by_label("It counts the places of the kernel.").check()
    page.get_by_label("For the student").fill("That is it.")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("main")).not_to_contain_text(said)
    for tab, path in zip(tabs, paths, strict=True):
        tab.goto(running.url + path)
        expect(tab.locator(".total")).to_contain_text("3 of 8 points")
        expect(tab.locator("#why")).to_contain_text("That is it.")


def test_one_question_of_one_student_is_graded(
    student: Page, instructor: Page, running: Running
) -> None:
    address = hand_in(student, running, width="W")
    instructor.goto(f"{running.url}/staff{address}")
    question = instructor.locator("#width")
    question.get_by_text("Grade by hand").click()
    question.get_by_label("Points").fill("1.5")
    question.get_by_label("For the student").fill("Nearly.")
    question.get_by_role("button", name="Keep it").click()
    expect(instructor.locator("#width")).to_contain_text("graded by a person")
    student.reload()
    expect(student.locator(".total")).to_contain_text("1.5 of 8 points")
    expect(student.locator("#width")).to_contain_text("Nearly.")


def test_a_wrong_answer_gets_a_word_and_everybody_their_points(
    visit: Visit, running: Running
) -> None:
    tabs = [visit(running.student()) for _ in range(3)]
    paths = [
        hand_in(tab, running, width=text)
        for tab, text in zip(tabs, ("W + K", "K + W", "2 W"), strict=True)
    ]
    page = visit("Instructor")
    page.goto(running.url + CLASS)
    page.get_by_role("link", name="Wrong answers").click()
    wrong = page.locator("section, article, li, tr").filter(
        has_text=re.compile(r"W ?\+ ?K|K ?\+ ?W")
    )
    wrong = wrong.filter(has=page.locator("details, form")).last
    wrong.locator("summary").first.click()
    wrong.get_by_label("For the student").fill("The kernel takes places away.")
    wrong.get_by_label("Points of").fill("0.5")
    wrong.get_by_role("button", name="See what it changes").click()
    main = page.locator("main")
    expect(main).to_contain_text("feedback: The kernel takes places away.")
    assert fits(page)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("0.5")
    page.get_by_role("button", name="Keep it and grade everybody again").click()
    running.wait_until_graded()
    page.goto(f"{running.url}{CLASS}/changes")
    expect(page.locator("tbody tr", has_text="width")).to_have_count(2)
    for tab, path, points in zip(tabs, paths, ("0.5", "0.5", "0"), strict=True):
        tab.goto(running.url + path)
        expect(tab.locator(".total")).to_contain_text(f"{points} of 8 points")
    expect(tabs[0].locator("#width")).to_contain_text("The kernel takes places away.")


def test_the_class_becomes_a_spreadsheet(
    student: Page, instructor: Page, running: Running, tmp_path: Path
) -> None:
    hand_in(student, running, width="W - K + 1")
    name = student.locator("header form").inner_text().split("\n")[0].strip()
    instructor.goto(running.url + CLASS)
    instructor.get_by_role("link", name="Exports").click()
    with instructor.expect_download() as download:
        instructor.get_by_role("link", name="Grades for a spreadsheet").click()
    path = tmp_path / "grades.csv"
    download.value.save_as(path)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert [row for row in rows if name in " ".join(row.values())]
