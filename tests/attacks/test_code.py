"""Student code that attacks: each file fails against the product and works without its layers."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from autograder.exercise.model import Exercise
from autograder.grading.session import Session
from autograder.sandbox.server import ForkServer
from tests.attacks import product
from tests.attacks.attack import Attack, attacks
from tests.attacks.world import World, wait_for

CODE = attacks("code")


@pytest.mark.parametrize("attack", CODE, ids=lambda attack: attack.name)
def test_it_fails(attack: Attack, world: World, session: Session, attacked: Exercise) -> None:
    """No point, no file, no process, no neighbour; and the failure has its name."""
    world.hand_in(product.CODE, attack.path.read_text())
    exercise = product.hurried(attacked) if attack.waits else attacked
    graded = product.grade_with_product(world, exercise, session)

    outcome = graded.outcome
    assert outcome.credit == 0.0, outcome
    assert outcome.outcome in attack.outcomes, outcome
    assert attack.header.get("says", "") in " ".join([outcome.line, *outcome.details])
    assert graded.grade.points == 0.0
    assert graded.seconds < 60
    assert world.token not in graded.page
    assert len(graded.page) < 200_000
    assert not world.changed()
    assert not world.listener.contacts
    assert not world.victim.is_harmed()
    assert not world.leftovers()
    server = session.server()
    assert server is not None
    assert server._process is not None
    place, known = server.jail, server._process.pid
    assert wait_for(lambda: not world.survivors(place, known=known), 2)

    product.write_results(world, graded)
    world.seal()
    with tempfile.TemporaryDirectory() as folder:
        after = product.innocent(attacked, session, Path(folder) / "good", product.GOOD)
    assert after.credit == 1.0, after
    assert not world.changed()


@pytest.mark.parametrize("attack", CODE, ids=lambda attack: attack.name)
def test_it_works_without_the_layers(
    attack: Attack, world: World, open_server: ForkServer, idle: product.Control
) -> None:
    """The control: the attack is real."""
    world.hand_in(product.CODE, attack.path.read_text())
    control = product.grade_naively(attack, world, open_server)
    seen = product.sign_is_seen(attack, world, control, idle)
    if not seen and "closed" in attack.header:
        pytest.skip(f"this machine refuses it to everyone: {attack.header['closed']}")
    assert seen, (control, world.text[:3000])
