"""A PostgreSQL server of the tests' own, on a Unix socket, without what makes a real one durable slowly."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

START_SECONDS = 30


def binaries() -> Path | None:
    """The folder of the server's programs, which Debian keeps out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    in_path = shutil.which("postgres")
    return found[-1].parent if found else Path(in_path).parent if in_path else None


class Server:
    """One server; `kill` and `start` may alternate."""

    def __init__(self, *, durable: bool = False) -> None:
        programs = binaries()
        assert programs is not None
        self.programs = programs
        self.durable = durable
        # Short, because the name of a Unix socket may have a hundred characters only.
        self.folder = Path(tempfile.mkdtemp(prefix="ag-pg-", dir="/tmp"))
        self.user: dict = {}
        if os.geteuid() == 0:  # the server refuses to run as root
            owner = pwd.getpwnam("postgres" if _exists("postgres") else "nobody")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        make = [programs / "initdb", "-D", self.folder / "data", "-U", "tester", "-A", "trust"]
        subprocess.run(
            [*map(str, make), "--no-sync", "--no-locale", "-E", "UTF8"],
            check=True,
            capture_output=True,
            cwd="/",
            **self.user,
        )
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        settings = ["listen_addresses=", f"unix_socket_directories={self.folder}"]
        if not self.durable:
            settings += ["fsync=off", "full_page_writes=off"]
        options = [part for setting in settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **self.user,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, "PostgreSQL does not start"
            time.sleep(0.1)

    def answers(self) -> bool:
        ready = [str(self.programs / "pg_isready"), "-q", "-h", str(self.folder)]
        return subprocess.run(ready).returncode == 0

    def kill(self) -> None:
        """Kill every process of the server at once, as a crash of the machine would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        # Its children are not ours to wait for; the socket's lock file would keep the next from starting.
        time.sleep(0.3)
        for left in self.folder.glob(".s.PGSQL*"):
            left.unlink()

    def new_database(self, name: str) -> str:
        """An empty database; returns its SQLAlchemy URL."""
        make = [str(self.programs / "createdb"), "-h", str(self.folder), "-U", "tester", name]
        subprocess.run(make, check=True, capture_output=True)
        return f"postgresql+psycopg://tester@/{name}?host={self.folder}"

    def close(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
