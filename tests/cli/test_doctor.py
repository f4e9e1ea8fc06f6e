from __future__ import annotations

import json

import pytest

from autograder.cli.app import FAILED, OK, run
from autograder.sandbox import server
from autograder.sandbox.limits import LAYERS, MANDATORY


def test_it_says_what_holds_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == OK
    said = capsys.readouterr().out
    assert "Student code can be confined on this machine." in said
    assert "17 of 17 forbidden operations were stopped" in said
    assert all(about in said for about in LAYERS.values())


def test_it_says_so_to_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) == OK
    found = json.loads(capsys.readouterr().out)
    assert found["can_confine"] is True
    assert {layer["name"] for layer in found["layers"] if layer["mandatory"]} == MANDATORY
    assert all(layer["holds"] for layer in found["layers"] if layer["mandatory"])
    assert all(found["attempts"].values())


def test_a_machine_that_lacks_a_layer_is_refused_with_the_reason(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "WITHOUT", ("system-calls",))
    assert run(["doctor"]) == FAILED
    said = capsys.readouterr().out
    assert "MISSING  student code starts no process" in said
    assert "Refused: student code cannot be confined here: system-calls" in said
    assert "--unconfined" in said
