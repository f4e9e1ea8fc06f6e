"""What an attacker would like to reach, laid out as in an autograder's container, and its canaries.

Signs, each seen from outside of the process that ran the attack:

points     more points than an innocent wrong answer gets
results    the results file, or another file of the grader's, is not what the grader wrote
leak       the answers, or another student's work, appear on the student's page
files      a file appeared or changed outside the submission
contact    a socket outside was reached
victim     another process of the grader's is dead, stopped, traced or slowed
survivors  a process lives on after the grading
leftovers  kernel objects live on after the grading
stall      the grading does not end in time
silence    the grader ends without a result
glut       memory or a page without bound
next       the next submission is graded wrongly
masked     another file is graded than the one that people see first
active     a page or a terminal does what the student wrote instead of showing it
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

from tests.attacks.attack import Attack

HERE = Path(__file__).resolve().parent
PEER = HERE / "peer"

_VICTIM = """
import ctypes, os, sys, time
libc = ctypes.CDLL(None)
libc.prctl(0x59616D61, ctypes.c_ulong(-1 % 2**64), 0, 0, 0)  # as if Yama were not there
kept = ctypes.create_string_buffer(sys.argv[1].encode())
print(ctypes.addressof(kept), flush=True)
time.sleep(600)
"""


class Victim:
    """A process of the grader's that holds a secret in memory, environment and arguments."""

    def __init__(self, token: str) -> None:
        environment = {"SECRET": token, "PATH": os.environ["PATH"]}
        command = [sys.executable, "-S", "-c", _VICTIM, token]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env=environment, start_new_session=True
        )
        assert self.process.stdout is not None
        self.address = int(self.process.stdout.readline())
        self.pid = self.process.pid
        self._before = self._condition()

    def is_harmed(self) -> bool:
        return self.process.poll() is not None or self._condition() != self._before

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def _condition(self) -> tuple[object, ...]:
        """State, limits, niceness, affinity: what others could change."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
            limits = Path(f"/proc/{self.pid}/limits").read_text()
            doom = Path(f"/proc/{self.pid}/oom_score_adj").read_text()
            affinity = sorted(os.sched_getaffinity(self.pid))
        except OSError:
            return ("gone",)
        return (stat[0] in "tTZX", stat[16], limits, doom, affinity)


class Listener:
    """Sockets of every family on this machine, and who reached them."""

    def __init__(self, folder: Path) -> None:
        self.contacts: list[str] = []
        self.abstract = f"attacked-{uuid.uuid4().hex[:8]}"
        self._sockets = {
            "tcp": socket.socket(socket.AF_INET, socket.SOCK_STREAM),
            "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "unix": socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
            "abstract": socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
        }
        self._sockets["tcp"].bind(("127.0.0.1", 0))
        self.port = self._sockets["tcp"].getsockname()[1]
        self._sockets["udp"].bind(("127.0.0.1", self.port))
        self._sockets["unix"].bind(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        self._sockets["abstract"].bind("\0" + self.abstract)
        self._sockets["tcp"].listen()
        for name, opened in self._sockets.items():
            threading.Thread(target=self._listen, args=(name, opened), daemon=True).start()

    def _listen(self, name: str, opened: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                if name == "tcp":
                    opened.accept()[0].close()
                else:
                    opened.recv(100)
                self.contacts.append(name)

    def close(self) -> None:
        for opened in self._sockets.values():
            with contextlib.suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()


class World:
    """A folder that any user may enter and write, so that only confinement protects it."""

    def __init__(self) -> None:
        self.token = f"answer-{uuid.uuid4().hex}"
        self.folder = Path(tempfile.mkdtemp(prefix="attacked-"))
        self.submission = self.folder / "submission"
        self.results = self.folder / "results" / "results.json"
        for name in ("submission", "results", "source", "submissions/alice", "desk"):
            (self.folder / name).mkdir(parents=True)
        for path in PEER.glob("*.py"):
            text = path.read_text(encoding="utf-8").replace("@TOKEN@", self.token)
            (self.folder / "source" / path.name).write_text(text, encoding="utf-8")
        (self.folder / "source" / "answers.txt").write_text(self.token)
        (self.folder / "submissions" / "alice" / "net.py").write_text(f"# {self.token}\n")
        (self.folder / f"desk/{self.token}").write_text("a name that tells")
        self.results.write_text("{}\n")
        with contextlib.closing(sqlite3.connect(self.folder / "gradebook.db")) as database:
            database.execute("CREATE TABLE grade (student TEXT, score REAL)")
            database.execute("INSERT INTO grade VALUES ('mallory', 0)")
            database.commit()
        self.victim = Victim(self.token)
        self.listener = Listener(self.folder)
        self._segments = _segments()
        self.open_to_all()
        self.seal()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open_to_all(self) -> None:
        for path in (self.folder, *self.folder.rglob("*")):
            if not path.is_symlink() and (path.is_dir() or path.is_socket() or path.is_file()):
                path.chmod(0o777 if path.is_dir() or path.is_socket() else 0o666)

    def seal(self) -> None:
        """Remember what everything is like, to tell later what changed."""
        self._before = self._prints()

    def fill(self, text: str) -> str:
        """An attack's text with the places that an attacker would know."""
        places = {
            "@WORLD@": str(self.folder),
            "@VICTIM@": str(self.victim.pid),
            "@ADDRESS@": str(self.victim.address),
            "@PORT@": str(self.listener.port),
            "@ABSTRACT@": self.listener.abstract,
        }
        for place, value in places.items():
            text = text.replace(place, value)
        return text

    def hand_in(self, attack: Attack) -> None:
        """Put the attack's files into the submission's folder."""
        attack.hand_in(self.submission, self)
        (self.folder / "student.txt").write_text(attack.student)
        self.open_to_all()
        self.seal()

    def changed(self) -> set[str]:
        """The files that are not as they were, by their names."""
        now = self._prints()
        names = set(now) | set(self._before)
        return {name for name in names if now.get(name) != self._before.get(name)}

    def survivors(self, *homes: Path) -> set[int]:
        """The processes that live in the world, or in another folder where attacks run."""
        found = set()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    cwd = (entry / "cwd").readlink()
                    if cwd in (self.folder, *homes):
                        found.add(int(entry.name))
        return found - {os.getpid()}

    def leftovers(self) -> set[str]:
        """Shared memory and files in common places that were not there before."""
        left = _segments() - self._segments
        folders = ("/dev/shm", "/tmp", tempfile.gettempdir())
        files = {f"{folder}/{self.listener.abstract}" for folder in folders}
        return left | {name for name in files if Path(name).exists()}

    def forged(self) -> bool:
        """Whether the results are an attacker's."""
        return "FORGED" in self.text

    @property
    def text(self) -> str:
        """The results file as it is, empty where there is none."""
        try:
            return self.results.read_text(errors="replace")
        except OSError:
            return ""

    def score(self, gains: str = "") -> float:
        """The points of the results file; 1 or 0 for one test that is named."""
        try:
            results = json.loads(self.results.read_text())
            if gains:
                states = {t["name"].partition(" ")[0]: t["status"] for t in results["tests"]}
                return float(states.get(gains) == "passed")
            return float(results.get("score", sum(t.get("score") or 0 for t in results["tests"])))
        except (ValueError, KeyError, TypeError, OSError):
            return 0.0

    def has_results(self) -> bool:
        """Whether the results file can be used."""
        with contextlib.suppress(ValueError, OSError):
            content = json.loads(self.results.read_text())
            json.dumps(content, ensure_ascii=False).encode()
            return isinstance(content, dict) and ("score" in content or bool(content.get("tests")))
        return False

    def close(self) -> None:
        """End everything and leave nothing behind."""
        for pid in self.survivors():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self.listener.close()
        self.victim.close()
        for name in self.leftovers():
            _remove(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _prints(self) -> dict[str, str]:
        prints = {}
        for path in self.folder.rglob("*"):
            name = path.relative_to(self.folder).as_posix()
            if "__pycache__" in name:
                continue
            details = path.lstat()
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            prints[name] = f"{details.st_mode:o} {hashlib.sha256(content).hexdigest()}"
        return prints


def _segments() -> set[str]:
    """The System V segments that attacks make."""
    found = set()
    with contextlib.suppress(OSError):
        for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]:
            key, identifier = line.split()[:2]
            if int(key) & 0xFFFFFFFF == 0xA77AC4:
                found.add(f"segment {identifier}")
    return found


def _remove(name: str) -> None:
    if name.startswith("segment "):
        ctypes.CDLL(None).shmctl(int(name.split()[1]), 0, None)
    else:
        Path(name).unlink(missing_ok=True)


def wait_for(condition: object, seconds: float) -> bool:
    """Whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())
