"""A student in a real browser: comes in, types, checks, hands in, and sees what came of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from autograder.reports.words import WORDS
from tests.chromium import fits
from tests.service.browser.conftest import Visit
from tests.service.browser.course import Running


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_a_student_types_checks_hands_in_and_sees_the_result(
    visit: Visit, running: Running, width: int, scheme: str
) -> None:
    page = visit(running.student(), width=width, scheme=scheme)
    assert fits(page)
    page.goto(f"{running.url}/exercises/sample")
    question = page.locator("#width")
    expect(question.locator(".prose .katex").first).to_be_visible()
    question.get_by_role("textbox").fill("W - K")
    reading = question.locator(".reading")
    expect(reading).to_contain_text("Read as")
    expect(reading.locator(".katex").first).to_be_visible()
    expect(page.locator("[data-saved]")).to_contain_text("kept")
    expect(reading).not_to_contain_text("partly")
    question.get_by_role("button", name="Check this answer").click()
    expect(question.locator(".checked")).to_contain_text("One place more")
    expect(question.locator(".checked .verdict")).to_have_text(WORDS["partial"])
    assert fits(page)
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator(".total")).to_contain_text("1 of 8 points")
    expect(page.locator("main")).to_contain_text("One place more")
    assert fits(page)


def test_handing_in_works_without_scripts(visit: Visit, running: Running) -> None:
    page = visit(running.student(), script=False)
    page.goto(f"{running.url}/exercises/sample")
    expect(page.locator("#width")).to_contain_text("in terms of W and K?")
    page.locator("#width").get_by_role("textbox").fill("W")
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("main")).to_contain_text("Your submission is stored")
    expect(page.locator(".total")).to_contain_text("0 of 8 points")  # it loads itself again
