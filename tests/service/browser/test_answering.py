"""Answering in a real browser: the math keyboard, drafts without a connection, files, what comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Chromium, fits
from tests.service.browser.conftest import Visit
from tests.service.browser.course import Running, notebook


@pytest.fixture
def page(visit: Visit, running: Running) -> Page:
    opened: Page = visit(running.student())
    opened.goto(f"{running.url}/exercises/sample")
    return opened


def field(page: Page) -> str:
    return page.locator("#width textarea").input_value()


def test_a_formula_is_built_with_the_math_keyboard(page: Page, running: Running) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    question = page.locator("#width")
    question.locator("textarea").fill("(W-K)/2")
    expect(question.locator(".reading")).to_contain_text("Read as")
    assert not any("mathlive" in url for url in asked)
    button = question.get_by_role("button", name="Math keyboard")
    button.press("Enter")
    keyboard = question.locator("math-field")
    expect(keyboard).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    assert any(url.endswith("/static/mathlive/mathlive.min.mjs") for url in asked)
    assert field(page) == "(W-K)/2"  # nothing was written yet
    page.keyboard.press("End")
    page.keyboard.type("+W_in")
    assert field(page) == r"\frac{W - K}{2}+W_{in}"
    expect(question.locator(".reading")).to_contain_text("cannot read")
    for _ in "_in":
        page.keyboard.press("Backspace")
    expect(question.locator(".reading .katex")).to_be_visible()
    expect(page.locator("[data-saved]")).to_contain_text("kept")
    question.locator("textarea").fill("K^2")  # and the other way round
    expect(keyboard).to_have_js_property("value", "K^{2}")
    button.click()
    expect(keyboard).to_have_count(0)
    expect(question.locator("textarea")).to_be_focused()
    assert field(page) == "K^2"


def test_keys_on_the_screen_write_the_questions_own_symbols(page: Page) -> None:
    question = page.locator("#width")
    question.get_by_role("button", name="Math keyboard").click()
    keys = page.locator(".MLK__layer.is-visible .MLK__keycap")
    expect(keys.first).to_be_visible()
    keys.nth(0).click()
    keys.filter(has_text=re.compile("^[−-]$")).first.click()
    keys.nth(1).click()
    expect(question.locator("textarea")).to_have_value("W-K")
    expect(question.locator(".state")).to_have_text("not checked")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_keyboard_fits(visit: Visit, running: Running, width: int, scheme: str) -> None:
    page = visit(running.student(), width=width, scheme=scheme)
    page.goto(f"{running.url}/exercises/sample")
    page.locator("#width").get_by_role("button", name="Math keyboard").click()
    expect(page.locator(".MLK__layer.is-visible .MLK__keycap").first).to_be_visible()
    assert fits(page)


def test_what_is_pressed_does_not_move_away_when_the_keys_go(
    visit: Visit, running: Running
) -> None:
    page = visit(running.student(), width=360)
    page.goto(f"{running.url}/exercises/sample")
    page.locator("#width textarea").fill("W")
    page.locator("#width").get_by_role("button", name="Math keyboard").click()
    expect(page.locator(".MLK__layer.is-visible .MLK__keycap").first).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/submissions/*")


def test_what_cannot_be_read_stays_until_it_is_replaced(page: Page) -> None:
    question = page.locator("#width")
    question.locator("textarea").fill("W - (")
    expect(question.locator(".reading")).to_contain_text("could not be read")
    question.get_by_role("button", name="Math keyboard").click()
    expect(question).to_contain_text("The text stays until you write here")
    assert field(page) == "W - ("
    expect(question.locator("math-field")).to_be_focused()
    page.keyboard.type("K")
    assert field(page) == "K"


def test_every_state_is_seen_at_a_glance(page: Page) -> None:
    overview = page.get_by_role("navigation", name="Questions")
    row = overview.get_by_role("listitem").filter(has_text="The width")
    expect(row).to_contain_text("not answered")
    page.locator("#width textarea").fill("W - K")
    expect(row).to_contain_text("not checked")
    page.locator("#width").get_by_role("button", name="Check this answer").click()
    expect(row).to_contain_text("partly right")
    expect(page.locator("#width .check")).to_contain_text("2 of 3 checks left")
    page.locator("#width textarea").fill("W - K + 1")
    expect(row).to_contain_text("changed since its check")
    page.reload()
    expect(row).to_contain_text("changed since its check")
    page.locator("#width textarea").fill("W - K")
    expect(row).to_contain_text("partly right")
    page.locator("#pick").get_by_label("smaller").check()
    expect(overview.get_by_role("listitem").filter(has_text="The stride")).to_contain_text(
        "not checked"
    )


def test_files_are_listed_taken_back_and_handed_in(page: Page, running: Running) -> None:
    files = page.locator("#all_files")
    choose = files.get_by_label("Files")
    choose.set_input_files([{"name": "work.ipynb", "mimeType": "", "buffer": notebook()}])
    choose.set_input_files([{"name": "photo.png", "mimeType": "", "buffer": b"PNG"}])
    expect(files.get_by_role("listitem")).to_have_count(2)
    files.get_by_role("button", name="Remove photo.png").click()
    expect(files.get_by_role("listitem")).to_have_count(1)
    assert fits(page)
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/submissions/*")
    expect(page.locator(".total")).to_contain_text("2 of 8 points")
    expect(page.locator("#area .verdict")).to_have_text("right")


def test_folders_are_dropped_with_their_files(page: Page) -> None:
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["def area(n): return n*n"], "work.py"));
          data.items.add(new File([""], "empty.py"));
          const drop = document.querySelector(".drop");
          drop.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("#all_files").get_by_role("listitem")).to_have_count(2)
    expect(page.locator("#all_files")).to_contain_text("work.py 23 bytes")


def test_too_large_is_said_before_anything_is_sent(page: Page) -> None:
    page.evaluate(
        """() => {
          const input = document.querySelector("input[type=file]");
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(33 << 20)], "large.zip"));
          input.files = data.files;
          input.dispatchEvent(new Event("change"));
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("33.0 MiB together; at most 32.0 MiB")
    page.locator("#width textarea").fill("W")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.url.endswith("/exercises/sample")
    assert field(page) == "W"


def test_the_result_tells_what_was_tried_and_handed_in(page: Page, running: Running) -> None:
    page.locator("#width textarea").fill("W - K")
    page.locator("#width").get_by_role("button", name="Check this answer").click()
    expect(page.locator("#width .checked")).to_contain_text("One place more")
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator(".total")).to_contain_text("1 of 8 points")
    expect(page.locator("#width summary")).to_have_text("Checked before handing in: 1")
    page.get_by_role("link", name="back to the exercise").click()
    page.locator("#width textarea").fill("W - K + 1")
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator(".total")).to_contain_text("2 of 8 points")
    earlier = page.locator("#handed_in").get_by_role("listitem")
    expect(earlier).to_have_count(2)
    expect(earlier.first).to_contain_text("this one counts")
    earlier.last.get_by_role("link").click()
    expect(page.locator(".total")).to_contain_text("1 of 8 points")
    expect(page.locator("main")).to_contain_text("a newer one counts")


def test_a_folder_is_dropped_with_what_lies_in_it(page: Page, tmp_path: Path) -> None:
    for name in (
        "work/src/model.py",
        "work/notes.md",
        "work/.git/config",
        "work/src/__pycache__/a.pyc",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    drop = page.locator(".drop")
    drop.scroll_into_view_if_needed()
    box = drop.bounding_box()
    assert box
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(tmp_path / "work")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        place = {"x": box["x"] + 9, "y": box["y"] + 9}
        devtools.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
    rows = page.locator("#all_files").get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="work/src/model.py")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/submissions/*")


def test_drafts_wait_for_a_connection(chromium: Chromium, running: Running) -> None:
    context = chromium.browser.new_context()  # where a request may fail
    page = context.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
    page.goto(running.link(running.student()))
    page.get_by_role("button", name="Come in").click()
    page.goto(f"{running.url}/exercises/sample")
    page.locator("#why textarea").fill("It is so.")
    saved = page.locator("[data-saved]")
    expect(saved).to_have_text("Your answers are kept.")
    context.set_offline(True)
    page.locator("#why textarea").fill("It is not so.")
    expect(saved).to_contain_text("Not kept yet: There is no connection")
    assert dialogs == []
    context.set_offline(False)
    expect(saved).to_have_text("Your answers are kept.")
    page.reload()
    expect(page.locator("#why textarea")).to_have_value("It is not so.")
    context.set_offline(True)
    page.locator("#why textarea").press("End")
    page.keyboard.type(" At all.")
    expect(saved).to_contain_text("Not kept yet")
    page.close(run_before_unload=True)
    page.wait_for_event("close")
    assert dialogs == ["beforeunload"]
    context.close()
