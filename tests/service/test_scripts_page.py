"""An instructor makes tokens for scripts, sees when they were used, and ends them."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.testclient import TestClient

from autograder.service.service import Service
from autograder.service.web.app import make_app


def test_a_token_is_shown_once_works_and_ends(service: Service, visit: Callable) -> None:
    staff = visit("Instructor")
    assert "There are none yet" in staff.get("/staff/tokens")
    page = staff.post("/staff/tokens", {"note": "<b>nightly</b>"}).text
    assert "&lt;b&gt;nightly&lt;/b&gt;" in page
    secret = re.findall(r"<pre>(ag_[\w-]+)</pre>", page)[0]
    again = staff.get("/staff/tokens")
    assert secret not in again
    assert "never" in again
    script = TestClient(make_app(service), headers={"Authorization": f"Bearer {secret}"})
    assert script.get("/api/v1/exercises").status_code == 200
    used = staff.get("/staff/tokens")
    assert "<td>never</td>" not in used
    # When it was made, and when it was used.
    assert len(re.findall(r"<td><time [^>]+>20\d\d-\d\d-\d\d \d\d:\d\d UTC</time></td>", used)) == 2
    name = re.findall(r'name="name" value="(\w+)"', again)[0]
    assert staff.post("/staff/tokens/end", {"name": name}).status_code == 303
    assert script.get("/api/v1/exercises").status_code == 401
    assert "There are none yet" in staff.get("/staff/tokens")
