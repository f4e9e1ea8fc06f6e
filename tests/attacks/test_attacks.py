"""Hostile submissions: each fails against the product, and works where there are no layers."""

from __future__ import annotations

import pytest

from autograder.exercise.model import Exercise
from autograder.reports.book import Book
from autograder.reports.page import class_page, student_page
from autograder.sandbox.server import ForkServer
from tests.attacks import product
from tests.attacks.attack import Attack, attacks
from tests.attacks.conftest import Ready
from tests.attacks.page import active_html, active_page, active_text
from tests.attacks.table import active_cells
from tests.attacks.world import World, wait_for

every_attack = pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.name)


@every_attack
def test_it_fails(attack: Attack, world: World, ready: Ready, attacked: Exercise) -> None:
    """No point, no file, no process, no neighbour; and the failure has its name."""
    world.hand_in(attack)
    exercise = product.hurried(attacked) if attack.waits else attacked
    graded = product.grade_with_product(attack, world, exercise, ready.session)

    outcome = graded.outcome
    outcomes, words = attack.expected(jailed=ready.jailed)
    assert outcome.outcome in outcomes, outcome
    assert graded.grade.points == 0.0
    assert words in graded.page, graded.page
    assert graded.seconds < 60
    check_page(graded, world)
    check_class(product.book_of(attack, graded), world)
    check_machine(world, ready)

    product.write_results(world, graded)
    world.seal()
    after = product.innocent(attacked, ready.session, product.GOOD)
    assert after.credit == 1.0, after
    assert not world.changed()


def check_page(graded: product.Graded, world: World) -> None:
    """What a student sees: no secret, bounded, and doing nothing."""
    assert world.token not in graded.page
    assert len(graded.page) < 200_000
    assert not active_html(graded.html)
    assert not active_text(graded.html + graded.terminal)
    assert not active_text("".join(test["name"] for test in graded.results["tests"]))


def check_class(book: Book, world: World) -> None:
    """What a class's tables and pages make of it: text, none of it secret."""
    for table in product.tables(book):
        assert not active_cells(table)
        assert not active_text(table.replace("\r\n", "\n"))
        assert world.token not in table
    pages = class_page(book, {}), student_page(book, book.entries[0])
    for page in pages:
        assert not active_page(page)
        assert not active_text(page)
        assert world.token not in page


def check_machine(world: World, ready: Ready) -> None:
    """Files, sockets, other processes, and what outlives the grading."""
    assert not world.changed()
    assert not world.listener.contacts
    assert not world.victim.is_harmed()
    assert not world.leftovers()
    assert wait_for(lambda: world.survivors(ready.jail) <= ready.resident, 2)


@every_attack
def test_it_works_without_the_layers(
    attack: Attack, world: World, open_server: ForkServer, idle: product.Control
) -> None:
    """The control: the attack is real."""
    world.hand_in(attack)
    control = product.grade_naively(attack, world, open_server)
    seen = product.sign_is_seen(attack, world, control, idle)
    if not seen and "closed" in attack.header:
        pytest.skip(f"this machine refuses it to everyone: {attack.header['closed']}")
    assert seen, (control, world.text[:3000])


def test_there_are_as_many_as_promised() -> None:
    found = attacks()
    assert len(found) >= 60
    for attack in found:
        assert {"tries", "sign", "outcome"} <= set(attack.header), attack.path
