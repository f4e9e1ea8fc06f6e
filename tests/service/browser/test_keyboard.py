"""With the keys alone: what is pressed is shown, reached in order, and nothing holds one fast."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.service.browser.conftest import Visit
from tests.service.browser.course import Running

# Where the focus is: a name, whether a ring shows it, and whether it lies open to the eye.
FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const x = box.x + Math.min(box.width / 2, 40), y = box.y + box.height / 2;
  const top = document.elementFromPoint(x, y);
  return {
    kind: one.tagName.toLowerCase(),
    name: (one.getAttribute("aria-label") || one.innerText || one.labels?.[0]?.innerText || one.tagName).trim(),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: one === document.body || one.contains(top) || (one.labels?.[0] || one).contains(top) || top?.contains(one),
  };
}"""


def tab_to(page: Page, name: str, kind: str = "", most: int = 60) -> None:
    """Press Tab until something of this name and kind has the focus; each stop must show itself."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["ring"], focus
        assert focus["seen"], focus
        if name in focus["name"] and focus["kind"].startswith(kind):
            return
    pytest.fail(f"Tab does not reach {name}")


def test_a_student_needs_no_mouse(visit: Visit, running: Running) -> None:
    page = visit(running.student(), width=390)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "A sample")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A sample")
    tab_to(page, "The width", "textarea")
    page.keyboard.type("W - K")
    expect(page.locator("#width .reading")).to_contain_text("Read as")
    tab_to(page, "Check this answer")
    page.keyboard.press("Enter")
    expect(page.locator("#width")).to_contain_text("One place more")
    tab_to(page, "larger")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("smaller")).to_be_checked()
    tab_to(page, "Hand in")
    page.keyboard.press("Enter")
    expect(page.locator(".total")).to_contain_text("2 of 8 points")


def test_an_instructor_needs_no_mouse(student: Page, instructor: Page, running: Running) -> None:
    student.goto(f"{running.url}/exercises/sample")
    student.locator("#why").get_by_role("textbox").fill("It counts.")
    student.get_by_role("button", name="Hand in").click()
    expect(student.locator(".total")).to_contain_text("wait")
    page = instructor
    page.goto(f"{running.url}/staff/exercises/sample/grade")
    tab_to(page, "answers to Why wait")
    page.keyboard.press("Enter")
    expect(page.get_by_label("It counts the places of the kernel.")).to_be_focused()
    expect(page.get_by_text("Keys: 1–9 tick")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_label("It counts the places of the kernel.")).to_be_checked()
    tab_to(page, "For the student")
    page.keyboard.type("Yes.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("No answer to this question waits")
    student.reload()
    expect(student.locator("#why")).to_contain_text("Yes.")


def test_what_changes_by_itself_is_announced(student: Page, running: Running) -> None:
    student.goto(f"{running.url}/exercises/sample")
    for place in student.locator(".reading").all():
        assert place.evaluate("one => !!one.closest('[aria-live], [role=status]')")
    student.locator("#width").get_by_role("textbox").fill("W")
    student.get_by_role("button", name="Hand in").click()
    expect(student.get_by_role("heading", level=1)).to_be_visible()
    expect(student.locator(".total")).to_be_visible()
