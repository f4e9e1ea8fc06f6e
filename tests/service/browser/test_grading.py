"""An instructor grades a pile in a real browser: with the keyboard alone, on a phone, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import fits
from tests.service.browser.conftest import Visit
from tests.service.browser.course import Running


def handed_in(student: Page, running: Running, words: str) -> str:
    """Hand in an answer for a person; the address of its result."""
    student.goto(f"{running.url}/exercises/sample")
    student.locator("#why").get_by_role("textbox").fill(words)
    student.get_by_role("button", name="Hand in").click()
    expect(student.locator(".total")).to_contain_text("wait")
    return student.url


def test_a_pile_is_graded_by_the_keyboard_alone(
    student: Page, visit: Visit, running: Running
) -> None:
    address = handed_in(student, running, "It counts the places.")
    page = visit("Instructor")
    page.goto(f"{running.url}/staff/exercises/sample/grade/why")
    expect(page.get_by_text("It counts the places.")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_text("The ticks are worth 3 points.")).to_be_visible()
    page.keyboard.press("w")
    page.keyboard.type("1 is a word here, and so is j.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("No answer to this question waits")).to_be_visible()
    student.goto(address)
    why = student.locator("#why")
    expect(why).to_contain_text("3 / 3")
    expect(why).to_contain_text("1 is a word here, and so is j.")
    expect(why).to_contain_text("It counts the places of the kernel.")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_pages_of_staff_fit_and_need_no_scripts(
    student: Page, visit: Visit, running: Running, width: int, scheme: str
) -> None:
    handed_in(student, running, f"{'long ' * 40}{'x' * 200}, {width}")
    page = visit("Instructor", width=width, scheme=scheme, script=False)
    base = f"{running.url}/staff/exercises/sample"
    for path in ("", "/grade", "/wrong", "/changes", "/versions", "/validation", "/exports"):
        page.goto(base + path)
        assert fits(page), path
    for path in ("/staff/health", "/staff/gradebook"):
        page.goto(running.url + path)
        assert fits(page), path
    page.goto(f"{base}/grade/why")
    assert fits(page)
    page.get_by_label("It counts the places of the kernel.").check()
    page.get_by_role("button", name="Keep").click()
    page.goto(f"{base}/grade/why?show=spoken")
    assert fits(page)
    expect(page.get_by_text("A person has graded it: 3 points.")).to_be_visible()
