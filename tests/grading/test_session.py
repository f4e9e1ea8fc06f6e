"""Sessions of several processes over one fork server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.exercise.model import Exercise
from autograder.grading.grade import grade
from autograder.grading.session import Session
from autograder.sandbox.shared import SharedServer

NET = """
questions:
  - {id: net, kind: module, title: A layer, name: get_net, reference: ref.py:get_net, cases: [{input: [4, 3]}]}
  - {id: size, kind: shape, title: A shape, answer: [5, 2]}
"""
THEORY = """
questions:
  - {id: size, kind: shape, title: A shape, answer: [5, 2]}
"""
LAYER = "from torch import nn\n\n\ndef get_net():\n    return nn.Linear(3, 2)\n"


def shared_with(owner: Session) -> SharedServer:
    end = owner.share()
    assert end is not None
    return SharedServer(end.detach())


def test_a_shared_server_grades_as_the_owners_does(
    make_exercise: Callable[..., Exercise], hand_in: Callable[..., Path], session: Session
) -> None:
    exercise = make_exercise(NET, ref__py=LAYER)
    folder = hand_in({"net.py": LAYER.replace("3, 2", "3, 5"), "answers.yaml": "size: 5x2"})
    with Session(shared=shared_with(session)) as other:
        theirs = grade(exercise, [folder], session=other)
    ours = grade(exercise, [folder], session=session)
    assert [outcome.outcome for outcome in theirs.outcomes] == ["wrong", "correct"]
    for mine, other_one in zip(ours.outcomes, theirs.outcomes, strict=True):
        assert mine.line == other_one.line
    assert theirs.made_with["layers"] == ours.made_with["layers"]


def test_theory_starts_no_shared_server(
    make_exercise: Callable[..., Exercise], hand_in: Callable[..., Path]
) -> None:
    exercise = make_exercise(THEORY)
    with Session() as owner, Session(shared=shared_with(owner)) as other:
        graded = grade(exercise, [hand_in({"answers.yaml": "size: 5x2"})], session=other)
        assert graded.outcomes[0].outcome == "correct"
        assert owner._server is not None
        assert owner._server._process is None


def test_an_owner_that_is_gone_is_our_failure(
    make_exercise: Callable[..., Exercise], hand_in: Callable[..., Path]
) -> None:
    owner = Session()
    with Session(shared=shared_with(owner)) as other:
        owner.close()
        folder = hand_in({"net.py": LAYER, "answers.yaml": "size: 5x2"})
        graded = grade(make_exercise(NET, ref__py=LAYER), [folder], session=other)
    assert [outcome.outcome for outcome in graded.outcomes] == ["internal", "correct"]
    assert "sandbox" in graded.outcomes[0].evidence


def test_without_torch_there_is_nothing_to_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.grading.session.has_torch", lambda: False)
    with Session() as owner:
        assert owner.share() is None
        assert owner.server() is None
