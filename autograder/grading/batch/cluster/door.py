"""Finds a cluster's door: does anybody answer, do they ask for a token, and do they take ours.

Ray itself waits twenty seconds and then says no more than that it could not connect.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final, Literal

from autograder.errors import UsageError

MODE: Final = "RAY_AUTH_MODE"
_SECONDS: Final = 30
# Ray keeps the mode that it started with, so each way of asking has its own process.
_ASK: Final = """
import sys
from ray._private.services import canonicalize_bootstrap_address
from ray._raylet import GcsClient
from ray.exceptions import AuthenticationError
try:
    address = canonicalize_bootstrap_address(sys.argv[1])
    GcsClient(address=address).internal_kv_keys(b"", None, timeout=10)
    print("open", address)
except AuthenticationError:
    print("locked")
"""

_TURN_ON: Final = (
    "start it with RAY_AUTH_MODE=token and a token (`ray get-auth-token --generate`), "
    "or set RAY_AUTH_MODE=disabled here if nobody else reaches it"
)


def enter(address: str) -> tuple[str, dict[str, str]]:
    """The address as HOST:PORT, and the environment in which Ray gets in.

    Raises:
        UsageError: nothing answers, it does not take our token, or it takes everybody.
    """
    if address.startswith("ray://"):
        raise UsageError(
            f"RAY_ADDRESS={address}: Ray's client protocol is not used; "
            "log in to a node of the cluster and give HOST:PORT of its head"
        )
    anyone, where = _ask(address, "disabled")
    if anyone == "closed":
        raise UsageError(f"RAY_ADDRESS={address}: no Ray cluster answers there")
    if anyone == "open" and os.environ.get(MODE) != "disabled":
        raise UsageError(
            f"the cluster at {where} asks for no token, so whoever reaches it can change grades; "
            f"{_TURN_ON}"
        )
    if anyone == "open":
        return where, {MODE: "disabled"}
    ours, where = _ask(address, "token")
    if ours != "open":
        raise UsageError(
            f"the cluster at {address} does not take our token; put the one it was started with "
            "into ~/.ray/auth_token, or its file's name into RAY_AUTH_TOKEN_PATH"
        )
    return where, {MODE: "token"}


def _ask(address: str, mode: str) -> tuple[Literal["open", "locked", "closed"], str]:
    """What becomes of a question that is asked with a token, or without one."""
    try:
        asked = subprocess.run(
            [sys.executable, "-c", _ASK, address],
            env={**os.environ, MODE: mode},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "closed", ""
    words = asked.stdout.decode(errors="replace").split()
    if words[:1] == ["open"]:
        return "open", words[1]
    return ("locked" if words == ["locked"] else "closed"), ""
