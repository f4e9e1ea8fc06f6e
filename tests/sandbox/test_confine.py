"""What a confined child cannot do, each with the control that an unconfined one can."""

from __future__ import annotations

import os
import platform
import stat
from pathlib import Path

import pytest

from autograder.errors import InternalError
from autograder.sandbox import landlock, places, preflight, seccomp
from autograder.sandbox import server as server_module
from autograder.sandbox.limits import LAYERS, MANDATORY
from autograder.sandbox.server import ForkServer
from tests.conftest import PS09, ROOT

ATTEMPT = "tests.sandbox.operations:attempt"


def attempt(server: ForkServer, what: str, **arguments: object) -> str:
    with server.job() as job:
        result: str = job.call(ATTEMPT, what=what, **arguments)
        return result


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file any user may read and write, in a folder any user may enter."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o777 & ~stat.S_ISVTX)
        if folder == Path("/tmp"):
            break
    path = tmp_path / "results.json"
    path.write_text("secret")
    path.chmod(0o666)
    return path


def test_every_mandatory_layer_holds_and_the_others_have_a_reason(server: ForkServer) -> None:
    with server.job() as job:
        assert set(job.layers) >= MANDATORY
        assert set(job.layers) | set(job.missing) == set(LAYERS)


@pytest.mark.parametrize(
    "what", ["read", "write", "append", "delete", "rename", "link", "symlink", "chmod"]
)
def test_files_of_the_grader_are_out_of_reach(server: ForkServer, secret: Path, what: str) -> None:
    assert attempt(server, what, path=str(secret)) != "done"
    assert secret.read_text() == "secret"


@pytest.mark.parametrize("what", ["read", "write"])
def test_without_confinement_they_are_not(open_server: ForkServer, secret: Path, what: str) -> None:
    assert attempt(open_server, what, path=str(secret)) == "done"


@pytest.mark.parametrize(
    "path",
    [
        PS09 / "exercise.yaml",
        PS09 / "mistakes.py",
        ROOT / "reference" / "cnn.py",
        ROOT / "README.md",
        Path("/etc/passwd"),
        Path("/proc/1/cmdline"),
    ],
    ids=str,
)
def test_answers_cannot_be_read(server: ForkServer, path: Path) -> None:
    assert attempt(server, "read", path=str(path)) != "done"


@pytest.mark.parametrize(
    "path", [ROOT, ROOT / "exercises", Path("/"), Path("/home"), Path("/tmp"), Path("/proc")]
)
def test_folders_cannot_be_listed(server: ForkServer, path: Path) -> None:
    if path == Path("/") and "landlock" in server.without:
        pytest.skip("the root of a job without Landlock is its own folder")
    assert attempt(server, "list", path=str(path)) != "done"


@pytest.mark.parametrize("what", ["write", "mkdir"])
@pytest.mark.parametrize(
    "path", ["file", "/tmp/file", "/var/tmp/file", "/dev/shm/file", "data/file"]
)
def test_nothing_can_be_written_anywhere(server: ForkServer, what: str, path: str) -> None:
    assert attempt(server, what, path=path) != "done"
    assert not Path(path).exists()


@pytest.mark.parametrize(
    "what",
    [
        "tcp", "unix", "resolve", "fork", "exec", "system", "kill everyone", "nice", "root", "chroot",
        "shared memory", "temporary", "memfd",
    ],
)  # fmt: skip
def test_the_system_is_out_of_reach(server: ForkServer, what: str) -> None:
    assert attempt(server, what) != "done"


@pytest.mark.parametrize("what", ["unix", "fork", "exec", "temporary", "memfd"])
def test_without_confinement_it_is_not(open_server: ForkServer, what: str) -> None:
    if what == "exec":
        return  # it would replace the job, which the next test's control shows well enough
    assert attempt(open_server, what) == "done"


@pytest.mark.parametrize(
    "what", ["kill", "memory", "environment", "command line", "affinity", "pidfd"]
)
@pytest.mark.parametrize("whose", ["grader", "server"])
def test_processes_of_the_grader_are_out_of_reach(
    server: ForkServer, what: str, whose: str
) -> None:
    server.job().close()
    pid = os.getpid() if whose == "grader" else server._process.pid
    assert attempt(server, what, pid=pid) != "done"
    assert server._process.poll() is None


def test_the_environment_holds_no_secret(
    server: ForkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_SECRET", "42")
    with server.job() as job:
        environment = job.call("tests.sandbox.operations:environment")
    assert "AUTOGRADER_SECRET" not in environment
    assert environment["HOME"] == "/nonexistent"


@pytest.mark.parametrize("gpu", [True, False])
def test_a_share_of_the_gpus_holds_for_jobs_that_use_one(
    gpu: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    with (
        ForkServer(operations=["tests.sandbox.operations"], confined=False, gpu=gpu) as server,
        server.job() as job,
    ):
        environment = job.call("tests.sandbox.operations:environment")
    assert environment.get("CUDA_VISIBLE_DEVICES") == ("3" if gpu else None)


def test_only_the_pipes_are_open(server: ForkServer) -> None:
    with server.job() as job:
        assert job.call("tests.sandbox.operations:descriptors") == [0, 1, 2, 3, 4]


def test_threads_may_run(server: ForkServer) -> None:
    with server.job() as job:
        assert job.call("tests.sandbox.operations:threads_run") is True


def test_a_machine_that_cannot_confine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    if "landlock" in server_module.WITHOUT:
        pytest.skip("without Landlock no list of readable places is used")
    # As if no layer hid the folder of this project.
    readable = (*places.readable(), str(ROOT))
    monkeypatch.setattr(places, "readable", lambda: readable)
    expected = "cannot be confined on this machine: it could read a file of the grader"
    with (
        ForkServer(secrets=[PS09 / "exercise.yaml"]) as server,
        pytest.raises(InternalError, match=expected),
    ):
        server.job()


def test_the_preflight_counts_what_it_tries(server: ForkServer) -> None:
    with server.job() as job:
        tried = job.call(
            f"{preflight.__name__}:attempt",
            secrets=[str(ROOT / "README.md")],
            grader=os.getpid(),
            writable=["/tmp", "."],
        )
    assert len(tried) == preflight.COUNT
    assert all(tried.values())


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are of x86_64")
def test_the_filter_is_built_for_every_architecture() -> None:
    for machine in ("x86_64", "aarch64"):
        program = seccomp.build_filter(machine, 1234)
        assert len(program) % 8 == 0
        assert 100 < len(program) // 8 < 4096
    with pytest.raises(OSError, match="no seccomp table"):
        seccomp.build_filter("mips", 1)


def test_landlock_is_told_apart_from_its_absence() -> None:
    assert landlock.abi() >= 0
