"""Chromium without a window, spoken to through a pipe: what a page does, asks for and looks like."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --disable-extensions "
    "--disable-dev-shm-usage --mute-audio --hide-scrollbars --remote-debugging-pipe about:blank"
).split()
_PATIENCE = 60.0


@dataclass
class Page:
    """What a page did: its errors and warnings, and what it asked the network for."""

    browser: Browser
    session: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: Path) -> None:
        """Load a file, and wait until it is there."""
        self.call("Page.navigate", url=path.as_uri())
        self.browser.wait_for(self.session, "Page.loadEventFired")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **params)

    def value(self, expression: str) -> Any:
        """What an expression is worth in the page, outside its Content-Security-Policy."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def size(self, width: int, height: int = 800) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 500,
        )  # fmt: skip

    def scheme(self, name: str, media: str = "screen") -> None:
        feature = {"name": "prefers-color-scheme", "value": name}
        self.call("Emulation.setEmulatedMedia", media=media, features=[feature])

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key,
                windowsVirtualKeyCode={"Tab": 9, "Enter": 13}[key], **text,
            )  # fmt: skip

    def picture(self, path: Path, *, full: bool = True) -> None:
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=full)
        path.write_bytes(base64.b64decode(shot["data"]))


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are out of the way of the descriptors that Chromium wants."""
    ends = os.pipe()
    read, write = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return read, write


class Browser:
    """One Chromium; every page has a tab of its own."""

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM is not None
        (to_read, self._write), (self._read, to_write) = _pipe(), _pipe()
        # Chromium reads from descriptor 3 and writes to descriptor 4.
        move = f'exec "$@" 3<&{to_read} 4>&{to_write}'
        self._process = subprocess.Popen(
            ["bash", "-c", move, "bash", CHROMIUM, *_FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(to_read, to_write),
            env={**os.environ, "HOME": str(profile)},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        self._buffer = b""
        self._count = 0
        self._events: list[dict[str, Any]] = []
        self._pages: dict[str, Page] = {}

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            received = self._receive()
            if received.get("id") == self._count:
                assert "error" not in received, f"{method}: {received['error']}"
                return received["result"]
            self._note(received)

    def wait_for(self, session: str, method: str) -> None:
        """Wait for an event of a page."""
        while True:
            for event in self._events:
                if event.get("sessionId") == session and event["method"] == method:
                    self._events.remove(event)
                    return
            self._note(self._receive())

    @contextmanager
    def page(self, *, script: bool = True) -> Iterator[Page]:
        """An empty tab, without JavaScript if asked."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.call("Emulation.setScriptExecutionDisabled", value=not script)
        yield page
        self.call("Target.closeTarget", targetId=target)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._write)
        os.close(self._read)

    def _receive(self) -> dict[str, Any]:
        ends = time.monotonic() + _PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(0.0, ends - time.monotonic()))
            assert ready, "Chromium does not answer"
            data = os.read(self._read, 1 << 20)
            assert data, f"Chromium ended with {self._process.poll()}"
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def _note(self, event: dict[str, Any]) -> None:
        page, params = self._pages.get(event.get("sessionId", "")), event.get("params", {})
        self._events.append(event)
        if page is None:
            return
        if event["method"] == "Network.requestWillBeSent":
            page.requests.append(params["request"]["url"])
        elif event["method"] == "Log.entryAdded":
            page.complaints.append(params["entry"]["text"])
        elif event["method"] == "Runtime.exceptionThrown":
            page.complaints.append(json.dumps(params["exceptionDetails"]))
        elif event["method"] == "Runtime.consoleAPICalled":
            page.complaints.append(json.dumps(params["args"]))
        elif event["method"] == "Page.javascriptDialogOpening":
            page.complaints.append(f"dialog: {params['message']}")


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium with a new, empty profile."""
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        started = Browser(Path(profile))
        try:
            yield started
        finally:
            started.close()
