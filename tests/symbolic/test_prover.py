from __future__ import annotations

import os
import signal
import threading
import time

from autograder.symbolic.prover import Prover
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.serial import decode, encode
from tests.symbolic.tables import OPTIMIZERS, table_of

TABLE = table_of(**OPTIMIZERS, x="real", y="real", z="real")


def ask(prover: Prover, left: str, right: str) -> bool:
    nodes = (parse_formula(text, TABLE) for text in (left, right))
    return prover.proves_equal(*nodes, TABLE.symbols)


def test_proofs(prover: Prover) -> None:
    assert ask(prover, "sin(x)^2 + cos(x)^2", "1")
    assert ask(prover, "c*sum_{k=0}^{t-1} beta^k", "c*(1 - beta^t)/(1 - beta)")
    assert ask(prover, "sqrt(c^2)", "c")
    assert not ask(prover, "sqrt(x^2)", "x")
    assert not ask(prover, "x", "y")


def test_a_worker_that_overruns_is_killed_and_replaced() -> None:
    with Prover(seconds=0.5, patient=True) as prover:
        assert ask(prover, "x + x", "2 x")
        first = prover._worker.pid
        started = time.monotonic()
        hard = "(x+y+z+1)^60 + sin(x)^40 cos(y)^40 + 1/((x+y)^20 + 1)"
        assert not ask(prover, hard, "(x+y+z+2)^60 + cos(x)^40 + 1/((x-y)^20 + z)")
        assert time.monotonic() - started < 30
        assert ask(prover, "x + x", "2 x")
        assert prover._worker.pid != first


def test_a_busy_machine_proves_what_an_idle_one_proves() -> None:
    with Prover(seconds=0.5, patient=True) as prover:
        assert ask(prover, "x + x", "2 x")
        pid = prover._worker.pid
        os.kill(pid, signal.SIGSTOP)
        others_are_done = threading.Timer(1.5, os.kill, (pid, signal.SIGCONT))
        others_are_done.start()
        assert ask(prover, "sin(x)^2 + cos(x)^2", "1")
        assert prover._worker.pid == pid


def test_a_worker_that_died_is_replaced() -> None:
    with Prover(patient=True) as prover:
        assert ask(prover, "x + x", "2 x")
        prover._worker.kill()
        prover._worker.wait()
        assert ask(prover, "x + x", "2 x")


def test_a_question_does_not_wait_for_a_slow_start() -> None:
    with Prover(seconds=0.0) as prover:
        assert not ask(prover, "x + x", "2 x")
        started = prover._worker
        assert started is not None
        prover.seconds = 30.0
        assert ask(prover, "x + x", "2 x")
        assert prover._worker is started


def test_no_worker_is_started_before_it_is_needed() -> None:
    with Prover(patient=True) as prover:
        assert prover._worker is None


def test_trees_cross_the_pipe_unchanged() -> None:
    for text in ("c*(1 - beta^t)/2", "sum_{k=0}^{t-1} max(k, x, -1)", "floor(x/3)^2", "pi e"):
        node = parse_formula(text, TABLE)
        assert decode(encode(node)) == node
