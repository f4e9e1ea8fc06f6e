"""Graders without any layer, as operations of an unconfined job: the negative controls.

A job has limits of its own, so that an attack which works here does not hurt the machine.
"""

from __future__ import annotations

import atexit
import os
import runpy
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import torch
from gradescope_utils.autograder_utils import (  # loaded once, before the fork
    decorators,  # noqa: F401
    json_test_runner,  # noqa: F401
)

from autograder.sandbox import forking, loading, server_main
from autograder.sandbox.frames import LENGTH, pack, unpack

torch.set_num_threads(1)


def grader(state: dict[str, Any], root: str, secret: str) -> None:
    """Tests and student in one process, as Gradescope's own example runs them."""
    os.chdir(root)
    os.environ["GRADING_SECRET"] = secret
    _run(Path(root))


def _run(root: Path) -> None:
    run_tests = runpy.run_path(str(root / "source" / "run_tests.py"))
    run_tests["main"](root)
    # What the interpreter does at its end, which a job never reaches.
    threading._shutdown()
    atexit._run_exitfuncs()


def pipe(state: dict[str, Any], root: str, secret: str) -> None:
    """Two processes, but the grader believes the score that comes out of the student's."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        os.dup2(writing, 4)
        try:
            os.chdir(root)
            _run(Path(root))
            os.write(4, pack({"id": 1, "score": 0.0}))
        finally:
            os._exit(0)
    os.close(writing)
    score = _reported(reading)
    (Path(root) / "results" / "results.json").write_text(f'{{"score": {score}, "tests": []}}')


def _reported(reading: int) -> float:
    """The score of the first frame; whatever is wrong with it ends this grader."""
    (length,) = LENGTH.unpack(os.read(reading, LENGTH.size))
    body = b""
    while len(body) < length:
        body += os.read(reading, min(length - len(body), 65536))
    return float(unpack(body).get("score", 0.0))


def lines(state: dict[str, Any], root: str, secret: str) -> None:
    """A fork server whose line to the grader the student's process inherits."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        try:
            forker = forking.Forker((), frozenset([loading.__name__]))
            server_main.Server(server_main.Grader(theirs), forker, fixed={}).serve()
        finally:
            os._exit(0)
    theirs.close()
    student = os.fork()
    if student == 0:
        try:
            os.chdir(root)
            _run(Path(root))
        finally:
            os._exit(0)
    os.waitpid(student, 0)
    ours.close()


def two(state: dict[str, Any], root: str, secret: str) -> None:
    """Two students one after the other in one process."""
    grader(state, root, secret)
    for name in ("net", "net_tests", "helper", "reference"):
        sys.modules.pop(name, None)
    del sys.path[:2]
    good = Path(root) / "submission" / "net.py"
    good.write_text("from torch import nn\n\n\ndef get_net():\n    return nn.Linear(3, 2)\n")
    _run(Path(root))
