"""Layer by layer: what each adds, and what holds where another is missing."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.errors import InternalError
from autograder.sandbox import groups, places, users
from autograder.sandbox.limits import MANDATORY
from autograder.sandbox.server import ForkServer

OPS = "tests.sandbox.operations"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change users")


@pytest.fixture(scope="module")
def jailed() -> Iterator[ForkServer]:
    """Children in a changed root, as where there is no Landlock."""
    with ForkServer(operations=[OPS], without=["landlock"], manners=False) as server:
        yield server


def test_without_landlock_the_root_is_the_jail(jailed: ForkServer) -> None:
    with jailed.job() as job:
        assert set(job.layers) >= MANDATORY
        listed = job.call(f"{OPS}:listing", path="/")
    assert listed == sorted(os.listdir(jailed.jail))


@pytest.mark.parametrize("path", ["/x", "x", "../x", "/tmp/x", "/dev/shm/x"])
def test_the_jail_is_read_only(jailed: ForkServer, path: str) -> None:
    with jailed.job() as job:
        assert job.call(f"{OPS}:attempt", what="write", path=path) != "done"
        assert job.call(f"{OPS}:attempt", what="mkdir", path=path) != "done"


def test_a_jail_that_its_owner_keeps_is_read_only(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kept").write_text("kept")
    tmp_path.parent.chmod(0o755)
    without = ["landlock", "own-user"]
    with (
        ForkServer(operations=[OPS], without=without, jail=tmp_path, manners=False) as server,
        server.job() as job,
    ):
        assert job.call(f"{OPS}:attempt", what="read", path="/data/kept") == "done"
        for path in ("/data/kept", "/data/new", "/new"):
            for what in ("write", "append", "delete", "chmod"):
                assert job.call(f"{OPS}:attempt", what=what, path=path) != "done"
    assert (tmp_path / "data" / "kept").read_text() == "kept"
    places.unseal(tmp_path)


@pytest.mark.parametrize(
    "module",
    ["encodings.cp437", "encodings.idna", "decimal", "statistics", "unittest.mock", "gzip"],
)
def test_the_jail_lacks_no_module_of_python(jailed: ForkServer, module: str) -> None:
    with jailed.job() as job:
        assert job.call(f"{OPS}:imported", name=module) is True


@as_root
def test_each_job_is_a_user_of_its_own(server: ForkServer) -> None:
    with server.job() as one, server.job() as two:
        seen = {job.call(f"{OPS}:user") for job in (one, two)}
        assert [users.processes_of(one.call(f"{OPS}:user"))] == [[one.pid]]
        assert [users.processes_of(two.call(f"{OPS}:user"))] == [[two.pid]]
    assert len(seen) == 2
    assert 0 not in seen
    assert not any(users.processes_of(user) for user in seen)


def test_there_is_no_network_and_no_other_process(server: ForkServer) -> None:
    with server.job() as job:
        if "processes" not in job.layers:
            pytest.skip("this system grants no namespaces")
        parent, number = job.call(f"{OPS}:numbers")
        assert parent == 1
        assert number != job.pid
        assert Path(f"/proc/{job.pid}/stat").exists()


@pytest.mark.parametrize("layer", ["system-calls", "files", "rlimits", "identity"])
def test_a_missing_mandatory_layer_is_named(layer: str) -> None:
    with (
        ForkServer(without=[layer]) as server,
        pytest.raises(InternalError, match=rf"cannot be confined here: .*{layer}: switched off"),
    ):
        server.job()


@as_root
def test_what_a_user_left_behind_is_ended() -> None:
    lender = users.Users()
    user = lender.lend()
    assert user is not None
    left = subprocess.Popen(["sleep", "60"], user=user)
    try:
        while not users.processes_of(user):
            time.sleep(0.01)
        assert lender.take_back(user)
        assert users.processes_of(user) == []
        assert left.wait(5) == -signal.SIGKILL
    finally:
        left.kill()


@as_root
def test_a_user_whose_processes_stay_is_never_lent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "_DYING_SECONDS", 0.05)
    lender = users.Users()
    user = lender.lend()
    monkeypatch.setattr(users, "processes_of", lambda _: [1])
    assert user is not None
    assert not lender.take_back(user)
    assert user in lender._lent


def fake_group(folder: Path, *, controllers: str) -> Path:
    folder.mkdir(parents=True)
    for name, text in {
        "cgroup.controllers": controllers, "cgroup.subtree_control": controllers, "cgroup.procs": "",
    }.items():  # fmt: skip
        (folder / name).write_text(text)
    return folder


def test_the_nearest_group_that_counts_is_taken(tmp_path: Path) -> None:
    fake_group(tmp_path / "root", controllers="cpu memory pids")
    fake_group(tmp_path / "root" / "slice", controllers="memory pids")
    fake_group(tmp_path / "root" / "slice" / "scope", controllers="cpu")
    found = groups.parent_for_groups((tmp_path / "root",), "/slice/scope")
    assert found == tmp_path / "root" / "slice"
    fake_group(tmp_path / "other", controllers="cpu")
    assert groups.parent_for_groups((tmp_path / "other",), "/") is None


def test_a_group_bounds_counts_and_tells(tmp_path: Path) -> None:
    group = groups.make_group(tmp_path)
    assert group is not None
    group.limit(1000, 7)
    group.add(42)
    assert (group.path / "memory.max").read_text() == "1000"
    assert (group.path / "pids.max").read_text() == "7"
    assert (group.path / "cgroup.procs").read_text() == "42"
    assert not group.ran_out_of_memory()
    (group.path / "memory.events").write_text("low 0\noom_kill 1\n")
    assert group.ran_out_of_memory()


def test_a_real_group_ends_what_is_in_it() -> None:
    root = next((r for r in groups._ROOTS if (r / "cgroup.procs").is_file()), None)
    group = groups.make_group(root) if root is not None and os.access(root, os.W_OK) else None
    if group is None or not (group.path / "cgroup.kill").exists():
        if group is not None:
            group.remove()
        pytest.skip("no control group (version 2) can be made here")
    process = subprocess.Popen(["sleep", "60"])
    group.add(process.pid)
    group.remove()
    assert process.wait(5) == -signal.SIGKILL
    assert not group.path.exists()
