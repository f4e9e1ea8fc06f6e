"""What runs on a node of the cluster: it unpacks the cargo and keeps one grading process going.

It is sent to the nodes as it stands and runs in Ray's own process there, so it uses the standard
library only and imports nothing of this project. The grading process that it starts is the one that
grades on a single machine too; it knows nothing of Ray: neither its sockets nor its token.
"""

from __future__ import annotations

import contextlib
import io
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import IO, Any

DATA_FOLDER = "data"
Told = tuple[str, Any]


class Station:
    """One grading process on a node. Each method answers a word and what goes with it.

    `module` is the process's program, `start` the first message it gets. Messages are bytes here, with
    their length before them.
    """

    def __init__(self, digest: str, cargo: bytes, module: str, start: bytes) -> None:
        self._digest = digest
        self._cargo = cargo
        self._module = module
        self._start = start
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._errors: IO[bytes] | None = None

    def begin(self, versions: Mapping[str, str]) -> Told:
        """Start the grading process.

        `("differs", {name: version})` where Python or a package is another one here,
        `("ready", first message)`, or `("gone", why)`.
        """
        here = {name: version_here(name) for name in versions}
        differing = {name: here[name] for name in versions if here[name] != versions[name]}
        if differing:
            return "differs", differing
        try:
            folder = unpacked(self._digest, self._cargo)
            self._spawn(folder)
        except OSError as error:
            return "gone", f"the grading process cannot start: {error}"
        self._cargo = b""
        return self._exchange(self._start, "ready")

    def grade(self, task: bytes) -> Told:
        """Give it a message; `("answer", its message)`, or `("gone", how it ended)`."""
        return self._exchange(task, "answer")

    def _spawn(self, folder: Path) -> None:
        """A process in a fresh environment, with the cargo's code and nothing of Ray's."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._channel = ours
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                env=environment(folder, os.environ),
                cwd=folder,
                start_new_session=True,
            )

    def _exchange(self, message: bytes, word: str) -> Told:
        assert self._channel is not None
        with contextlib.suppress(OSError):
            self._channel.sendall(message)
            answer = receive(self._channel)
            if answer is not None:
                return word, answer
        return "gone", self._how_it_ended()

    def _how_it_ended(self) -> str:
        assert self._process is not None
        assert self._errors is not None
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return "the grading process does not answer"
        self._errors.seek(0)
        lines = self._errors.read()[-10_000:].decode(errors="replace").strip().split("\n")
        said = f": {lines[-1][:300]}" if lines[-1] else ""
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        return f"the grading process ended {how}{said}"


def environment(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The grading process's environment: the node's own, without Ray's variables."""
    # Ray also sets the number of threads of its workers; a single machine's have none.
    kept = {
        name: value
        for name, value in given.items()
        if not name.startswith(("RAY_", "AUTOGRADER_")) and name != "OMP_NUM_THREADS"
    }
    kept["PYTHONPATH"] = str(folder)
    if (folder / DATA_FOLDER).is_dir():
        kept["AUTOGRADER_DATA"] = str(folder / DATA_FOLDER)
    return kept


def version_here(name: str) -> str:
    """The version of Python, of the platform, or of a package; empty where it is not installed."""
    if name == "python":
        return platform.python_version()
    if name == "platform":
        return f"{sys.platform}-{platform.machine()}"
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def receive(channel: socket.socket) -> bytes | None:
    """The next message, length and all; None where the other end has closed."""
    header = _exactly(channel, 4)
    body = header and _exactly(channel, int.from_bytes(header, "big"))
    return None if header is None or body is None else header + body


def framed(message: bytes) -> bytes:
    """A message with its length before it, as the grading process reads it."""
    return len(message).to_bytes(4, "big") + message


def _exactly(channel: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        chunk = channel.recv(min(count - len(data), 1 << 20))
        if not chunk:
            return None
        data += chunk
    return bytes(data)


def unpacked(digest: str, cargo: bytes) -> Path:
    """The folder with the cargo's files: unpacked once on each node, and looked over at each use.

    Raises:
        OSError: it cannot be written.
    """
    place = _private_folder() / digest
    files = _files(cargo)
    if _holds(place, files):
        return place
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=place.parent))
    for name, data in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return _put(fresh, place, files)


def _put(fresh: Path, place: Path, files: Mapping[str, bytes]) -> Path:
    """Move a folder to its place; another station may have been faster, or the place be damaged."""
    for _ in range(3):
        try:
            fresh.rename(place)
            return place
        except OSError:
            if _holds(place, files):
                shutil.rmtree(fresh, ignore_errors=True)
                return place
        with contextlib.suppress(OSError):
            place.rename(tempfile.mkdtemp(prefix="old-", dir=place.parent))
    return fresh


def _files(cargo: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(cargo)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _holds(place: Path, files: Mapping[str, bytes]) -> bool:
    """Whether a folder has all these files as they should be."""
    try:
        return all((place / name).read_bytes() == data for name, data in files.items())
    except OSError:
        return False


def _private_folder() -> Path:
    """A folder of this user alone, the same one for all stations of a node if possible."""
    folder = Path(tempfile.gettempdir()) / f"autograder-cargo-{os.geteuid()}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    details = folder.lstat()
    is_ours = details.st_uid == os.geteuid() and details.st_mode & 0o170077 == 0o040000
    return folder if is_ours else Path(tempfile.mkdtemp(prefix="autograder-cargo-"))
