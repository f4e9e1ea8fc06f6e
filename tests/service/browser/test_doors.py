"""The doors as a browser goes through them: by a printed or mailed link, and by the university's account."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from autograder.service.mail import MailServer
from autograder.service.oidc import Provider
from autograder.service.post import Post
from autograder.service.roster import enrol
from autograder.service.settings import University as Known
from autograder.submission.roster import Student
from tests.chromium import Chromium, fits
from tests.service.browser.conftest import Visit
from tests.service.browser.course import Running
from tests.service.mailbox import Mailbox, wait_for
from tests.service.university import CLIENT, SECRET, University

LINK = re.compile(r"http://\S+/enter/[\w-]+")


@pytest.fixture
def university(running: Running) -> Iterator[University]:
    """A provider, to which the service sends people."""
    started = University()
    known = Known(started.issuer, CLIENT, SECRET)
    running.service.provider = Provider(known, f"{running.url}/oidc/back")
    yield started
    running.service.provider = None
    started.close()


@pytest.fixture
def mailbox(running: Running) -> Iterator[Mailbox]:
    """A mail server, to which the service hands mails at once."""
    service, box = running.service, Mailbox()
    server = MailServer.read(f"smtp+plain://127.0.0.1:{box.port}", "ml@x.org", "")
    service.post = Post(service.database, service.doors, service.settings, server)
    service.post.start()
    yield box
    service.post.close()
    service.post = None
    box.close()


@pytest.mark.parametrize("script", [True, False])
def test_the_university_s_account_opens_the_door_and_leaving_closes_it(
    chromium: Chromium, running: Running, university: University, script: bool
) -> None:
    with running.service.database.begin() as session:
        enrol(session, [Student("Ada", "1", "ada@x.org")])
    with chromium.page("http://127.0.0.1:", script=script) as page:
        page.goto(f"{running.url}/exercises/sample")  # is led to the door
        expect(page.get_by_role("heading", name="Come in")).to_be_visible()
        page.get_by_role("link", name="university").click()
        expect(page).to_have_url(f"{running.url}/")
        page.get_by_role("button", name="Leave").click()
        expect(page.get_by_role("heading", name="Come in")).to_be_visible()


def test_a_link_is_asked_for_and_mailed(
    chromium: Chromium, running: Running, mailbox: Mailbox
) -> None:
    name = running.student()
    address = f"s{name.rpartition(' ')[2]}@x.org"
    with chromium.page(running.url, width=360) as page:
        page.goto(f"{running.url}/login")
        assert fits(page)
        page.get_by_label("Mail address").first.fill(address)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
        assert fits(page)
        wait_for(lambda: mailbox.mails)
        page.goto(LINK.findall(mailbox.mails[0].get_content())[0])
        page.get_by_role("button", name="Come in").click()
        expect(page.get_by_role("button", name="Leave")).to_be_visible()


def test_an_instructor_mails_links_and_sees_how_they_fare(
    running: Running, mailbox: Mailbox, visit: Visit
) -> None:
    good, bad = running.student("Mia Good"), running.student("Moe Bad")
    mailbox.refusals = ["550 no such mailbox"]
    page = visit("Instructor")
    page.get_by_role("link", name="Students").click()
    page.get_by_role("checkbox", name=bad).check()
    page.get_by_role("button", name="Mail links").click()
    row = page.get_by_role("row", name=bad)
    wait_for(lambda: not mailbox.refusals)
    page.get_by_role("checkbox", name=good).check()
    page.get_by_role("button", name="Mail links").click()
    wait_for(lambda: mailbox.mails)
    page.get_by_role("link", name="See how the mails fare").click()
    expect(row).to_contain_text("failed: 550 no such mailbox")
    expect(page.get_by_role("row", name=good)).to_contain_text(re.compile("sent|waiting"))
    assert mailbox.mails[0]["To"].endswith("@x.org>")


@pytest.mark.parametrize("width", [360, 1280])
def test_slips_are_shown_once(
    chromium: Chromium, running: Running, visit: Visit, width: int
) -> None:
    name = running.student(f"Sue {width}")
    page = visit("Instructor", width=width)
    page.goto(f"{running.url}/staff/people")
    page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Print links").click()
    slip = page.get_by_role("listitem")
    expect(slip).to_have_count(1)
    expect(slip).to_contain_text(name)
    assert fits(page)
    code = slip.locator("svg").bounding_box()
    assert code is not None
    assert code["width"] == code["height"] > 90
    link = slip.locator("code").inner_text()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Links to cut out")).to_be_hidden()
    expect(slip.locator("code")).to_be_visible()
    with chromium.page(running.url, width=width) as other:
        other.goto(link)
        expect(other.get_by_role("heading", name=name)).to_be_visible()
