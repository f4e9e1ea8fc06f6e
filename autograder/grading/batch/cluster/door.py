"""Finds a cluster's door: does anybody answer, do they ask for a token, and do they take ours.

Ray itself waits twenty seconds and then says no more than that it could not connect.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

from autograder.errors import UsageError

MODE: Final = "RAY_AUTH_MODE"
_SECONDS: Final = 30
# Ray keeps the mode that it starts with, so each way of asking has a process of its own.
_ASK: Final = """
import socket, sys
from ray._private.services import canonicalize_bootstrap_address
from ray._raylet import GcsClient
from ray.exceptions import AuthenticationError
address = canonicalize_bootstrap_address(sys.argv[1])
host, _, port = address.rpartition(":")
socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
try:
    GcsClient(address=address).internal_kv_keys(b"", None, timeout=10)
    print("open", address)
except AuthenticationError:
    print("locked", address)
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
    asked = {mode: _ask(address, mode) for mode in ("disabled", "token")}
    (anyone, where), (ours, _) = (_answer(asked[mode]) for mode in ("disabled", "token"))
    if not anyone:
        raise UsageError(f"RAY_ADDRESS={address}: no Ray cluster answers there")
    if anyone == "open":
        if os.environ.get(MODE) != "disabled":
            raise UsageError(
                f"the cluster at {where} asks for no token, so that whoever reaches it can change "
                f"grades; {_TURN_ON}"
            )
        return where, {MODE: "disabled"}
    if ours != "open":
        raise UsageError(
            f"the cluster at {where} does not take our token; put the one it was started with "
            "into ~/.ray/auth_token, or the name of its file into RAY_AUTH_TOKEN_PATH"
        )
    return where, {MODE: "token"}


def _ask(address: str, mode: str) -> subprocess.Popen[bytes]:
    """Ask with a token, or without one."""
    return subprocess.Popen(
        [sys.executable, "-c", _ASK, address],
        env={**os.environ, MODE: mode},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _answer(asked: subprocess.Popen[bytes]) -> tuple[str, str]:
    """Whether the door is open or locked, and where it is; nothing where nobody answers."""
    try:
        told, _ = asked.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        asked.kill()
        asked.communicate()
        return "", ""
    word, _, where = told.decode(errors="replace").strip().partition(" ")
    return word, where
