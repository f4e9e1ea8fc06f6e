"""Warm processes with every layer and without any, and a world to attack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.exercise.model import Exercise
from autograder.grading.session import Session
from autograder.sandbox import landlock
from autograder.sandbox.server import ForkServer
from tests.attacks import product
from tests.attacks.attack import Attack
from tests.attacks.world import World


@dataclass(frozen=True)
class Ready:
    """A session, where its jobs live, and the processes that are there between jobs.

    `jailed`: a changed root bounds what student code sees, not Landlock.
    """

    session: Session
    jail: Path
    resident: frozenset[int]
    jailed: bool


@pytest.fixture(scope="session")
def attacked() -> Exercise:
    return product.exercise()


@pytest.fixture(scope="session")
def open_server() -> Iterator[ForkServer]:
    """A fork server whose jobs are graders without layers: the control."""
    warm = ["autograder.learning.warm:prepare"]
    with ForkServer(operations=["tests.attacks.readers"], warm=warm, confined=False) as server:
        yield server


@pytest.fixture(scope="session")
def ready(session: Session, attacked: Exercise) -> Ready:
    """The product's warm processes, after they graded somebody innocent."""
    assert product.innocent(attacked, session, product.WRONG).outcome == "wrong"
    server = session.server()
    assert server is not None
    jail, jailed = Path(server.terms.jail), "landlock" in server.terms.without or not landlock.abi()
    with World() as world:
        return Ready(session, jail, frozenset(world.survivors(jail)), jailed)


@pytest.fixture
def world() -> Iterator[World]:
    with World() as made:
        yield made


@pytest.fixture(scope="session")
def idle(open_server: ForkServer, tmp_path_factory: pytest.TempPathFactory) -> product.Control:
    """The naive grader with an innocent wrong submission, which gains nothing."""
    path = tmp_path_factory.mktemp("innocent") / "net.py"
    path.write_text(product.WRONG)
    attack = Attack(path, {"sign": "points"})
    with World() as made:
        made.hand_in(attack)
        control = product.grade_naively(attack, made, open_server)
        assert made.has_results()
        assert made.score() == 0.0
        assert control.kind is None
    return control
