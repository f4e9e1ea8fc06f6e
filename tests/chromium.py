"""Debian's Chromium under Playwright: tabs that fail a test for what went wrong in them.

Nothing is downloaded: where no Chromium is installed, the tests that need one are skipped. Playwright keeps an
event loop running in its thread, so the fixture ends with the package of tests that asked for it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
PATIENCE = 60.0  # seconds that a slow machine may take for anything
PHONE = 500  # a window narrower than this is a phone's


@dataclass
class Notes:
    """What a tab did: its complaints, and every address that it asked for."""

    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))

    def _failed(self, request: Request) -> None:
        # What is under way when one leaves a page, or becomes a download, is broken off.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.complaints.append(f"{response.url}: {response.status}")

    def _said(self, message: ConsoleMessage) -> None:
        # A page that is not there is said in the console, too; tests go to such pages on purpose.
        navigates = message.location.get("url") == message.page.url if message.page else False
        if not (navigates and message.text.startswith("Failed to load resource")):
            self.complaints.append(f"{message.type}: {message.text}")


class Chromium:
    """One browser; every tab has cookies and a window of its own."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @contextmanager
    def page(
        self, home: str = "", *, width: int = 1280, scheme: str = "light", script: bool = True
    ) -> Iterator[Page]:
        """An empty tab; in the end it must have complained of nothing and asked nobody but `home`."""
        notes = Notes()
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            is_mobile=width < PHONE,
            has_touch=width < PHONE,
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
        )
        context.set_default_timeout(PATIENCE * 1000)
        context.on("page", notes.watch)
        try:
            yield context.new_page()
        finally:
            context.close()
        assert not notes.complaints, notes.complaints
        elsewhere = [url for url in notes.requests if not url.startswith((home, "data:", "blob:"))]
        assert not home or not elsewhere, elsewhere


@contextmanager
def browser() -> Iterator[Chromium]:
    """A Chromium without a window, a profile or a network of its own."""
    expect.set_options(timeout=PATIENCE * 1000)
    with (
        tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as home,
        sync_playwright() as playwright,
    ):
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic"],
            env={**os.environ, "HOME": home},
        )
        try:
            yield Chromium(started)
        finally:
            started.close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Chromium]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here (Debian's package is called chromium)")
    with browser() as started:
        yield started


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the window's width."""
    assert page.viewport_size is not None
    wide = page.evaluate("document.documentElement.scrollWidth")
    return bool(wide <= page.viewport_size["width"])


def is_page(page: Page, url: str) -> bool:
    """Whether an address is a page rather than data or something to download."""
    answer = page.request.get(url, max_redirects=0)
    return answer.headers.get("content-type", "").startswith("text/html")


def picture(page: Page, path: Path) -> None:
    """The whole page as a PNG, in a window as high as it: what sticks to the window's end is there."""
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
    page.screenshot(path=path, full_page=True, animations="disabled")
