"""A submission that looks for the cluster it is graded on. ADDRESS and FOLDER are put in before."""

import os
import socket
from pathlib import Path

HOST, PORT = "ADDRESS".rsplit(":", 1)
FOLDER = Path("FOLDER")


def head():
    socket.create_connection((HOST, int(PORT)), timeout=3).close()
    return True


def node():
    with socket.socket(socket.AF_UNIX) as raylet:
        raylet.connect(str(FOLDER / "ray" / "session_latest" / "sockets" / "raylet"))
    return True


def token():
    return bool((FOLDER / "token").read_text())


def logs():
    return any((FOLDER / "ray" / "session_latest" / "logs").iterdir())


def own_environment():
    return any(name.startswith("RAY_") for name in os.environ)


def environments():
    for process in Path("/proc").iterdir():
        try:
            if b"RAY_AUTH_TOKEN_PATH" in (process / "environ").read_bytes():
                return True
        except OSError:
            continue
    return False


def cargo():
    found = Path("/tmp").glob("autograder-cargo-*/*/exercises/*/exercise.yaml")
    return any(b"right.py" in spec.read_bytes() for spec in found)


WAYS = (head, node, token, logs, own_environment, environments, cargo)


def worked():
    names = []
    for way in WAYS:
        try:
            if way():
                names.append(way.__name__)
        except BaseException:
            continue
    return names


def reached(x):
    return x * 0 + len(worked())


if __name__ == "__main__":
    print(*worked())
