"""An instructor in a real browser: sees the class, opens a submission, and grades by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import fits
from tests.service.browser.conftest import Visit
from tests.service.browser.course import Running


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_an_instructor_corrects(
    student: Page, visit: Visit, running: Running, width: int, scheme: str
) -> None:
    student.goto(f"{running.url}/exercises/sample")
    student.locator("#why").get_by_role("textbox").fill("<b>the places</b>")
    student.get_by_role("button", name="Hand in").click()
    expect(student.locator(".total")).to_contain_text("wait")
    page = visit("Instructor", width=width, scheme=scheme)
    address = student.url.replace(running.url, "/staff")
    for path in ("/staff", "/staff/people", "/staff/exercises/sample", address):
        page.goto(running.url + path)
        assert fits(page), path
    question = page.locator("#why")
    question.get_by_label("Points").fill("1")
    question.get_by_label("For the student").fill("Good.")
    question.get_by_role("button", name="Keep it").click()
    expect(page.locator("#why")).to_contain_text("graded by a person")
