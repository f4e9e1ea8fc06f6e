"""Every results.json is valid, whole, and shows nothing a student wrote as markup."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks.grade import Grade
from autograder.checks.outcome import OUTCOMES, Outcome
from autograder.exercise.model import Exercise
from autograder.reports import gradescope
from autograder.reports.escape import as_html, printable
from autograder.reports.gradescope import failure_results, results, write_json

SCHEMA = json.loads(
    (Path(gradescope.__file__).parent / "results.schema.json").read_text(encoding="utf-8")
)
BODY = """
questions:
  - {id: one, kind: expression, title: "The <first>", points: 2, symbols: {x: real}, answer: 2*x, tags: [theory], visibility: after_due_date}
  - {id: two, kind: training, title: Two, points: 3, name: f, training: {}, threshold: 0.9, leaderboard: Accuracy}
"""


def check(content: dict[str, object]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(json.dumps(content, allow_nan=False)), SCHEMA)


@pytest.fixture
def exercise(make_exercise: Callable[..., Exercise]) -> Exercise:
    return make_exercise(BODY)


def outcome(**changes: object) -> Outcome:
    values = {"question": "one", "outcome": "correct", "credit": 1.0, "line": "Right.", **changes}
    return Outcome(**values)  # type: ignore[arg-type]


def test_a_grade_becomes_valid_results(exercise: Exercise) -> None:
    two = outcome(
        question="two", outcome="partial", credit=0.5, data={"accuracy": 0.75, "curves": [[0.1]]}
    )
    content = results(Grade(exercise, (outcome(), two), ("A note.",), {"seed": 1}, 1.5))
    check(content)
    assert content["score"] == 3.5
    assert content["execution_time"] == 1.5
    assert [test["number"] for test in content["tests"]] == ["1", "2"]
    first, second = content["tests"]
    assert (first["score"], first["max_score"], first["status"]) == (2.0, 2.0, "passed")
    assert (second["score"], second["max_score"], second["status"]) == (1.5, 3.0, "failed")
    assert first["visibility"] == "after_due_date"
    assert first["tags"] == ["theory"]
    assert first["extra_data"] == {
        "question": "one", "outcome": "correct", "credit": 1.0, "evidence": "", "seconds": 0.0,
    }  # fmt: skip
    assert content["leaderboard"] == [{"name": "Accuracy", "value": 0.75, "order": "desc"}]
    assert "A note." in content["output"]


def test_what_a_person_must_grade_has_no_score(exercise: Exercise) -> None:
    content = results(Grade(exercise, (outcome(outcome="undecided", credit=None),)))
    check(content)
    (test,) = content["tests"]
    assert "score" not in test
    assert "status" not in test
    assert test["max_score"] == 2.0
    assert test["extra_data"]["credit"] is None
    assert "2 points" in content["output"]


@pytest.mark.parametrize("kind", OUTCOMES)
def test_every_outcome_is_in_the_schema(exercise: Exercise, kind: str) -> None:
    check(results(Grade(exercise, (outcome(outcome=kind, credit=0.0),))))


HOSTILE = "</p><script>alert(1)</script><img src=x onerror=alert(2)> \x1b[31mred\x00 \u202egnp.exe &amp; ${x}"


def test_nothing_a_student_wrote_is_markup(exercise: Exercise) -> None:
    hostile = outcome(
        line=HOSTILE, details=(HOSTILE,), notes=(HOSTILE,), read_plain=HOSTILE, evidence=HOSTILE,
        data={"a": [HOSTILE]}, credit=0.0,
    )  # fmt: skip
    content = results(Grade(exercise, (hostile,), (HOSTILE,)))
    check(content)
    text = json.dumps(content["tests"][0]["output"] + content["output"])
    assert "<script" not in text
    assert "<img" not in text
    everything = json.dumps(content, ensure_ascii=False)
    for character in ("\x1b", "\x00", "\u202e"):
        assert character not in everything


def test_nothing_is_longer_than_gradescope_takes(exercise: Exercise) -> None:
    long = outcome(
        line="x" * 10**6, details=("y" * 10**6,) * 50, read_plain="z" * 10**6, credit=0.0
    )
    content = results(Grade(exercise, (long,), ("n" * 10**6,) * 100))
    check(content)
    assert len(content["tests"][0]["output"]) < 100_000


def test_numbers_that_json_has_not_are_left_out(exercise: Exercise) -> None:
    odd = outcome(data={"loss": [float("nan"), float("inf"), 1.0], "accuracy": 0.5})
    content = results(Grade(exercise, (odd,), (), {"x": float("nan")}))
    check(content)
    assert content["tests"][0]["extra_data"]["data"]["loss"] == [None, None, 1.0]


def test_our_own_failure_is_a_valid_result_too() -> None:
    content = failure_results("Sorry <b>", "Traceback <script>")
    check(content)
    assert "&lt;b&gt;" in content["output"]
    assert content["extra_data"]["outcome"] == "internal"


@pytest.mark.parametrize(
    "change",
    [
        {"scores": 1},
        {"score": "1"},
        {"tests": [{"points": 1}]},
        {"tests": [{"name": "x"}], "score": None},
        {},
    ],
)
def test_the_schema_refuses_what_gradescope_does_not_know(change: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        check({key: value for key, value in change.items() if value is not None})


def test_files_are_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text("old")
    with pytest.raises(ValueError, match="JSON"):
        write_json(path, {"score": float("nan")})
    assert path.read_text() == "old"
    write_json(path, {"score": 1.0, "β": "γ"})
    assert json.loads(path.read_text(encoding="utf-8")) == {"score": 1.0, "β": "γ"}
    assert b"\r" not in path.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["results.json"]


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_can_be_shown(text: str) -> None:
    shown = as_html(text)
    assert "<" not in shown.replace("<br/>", "")
    shown.encode("utf-8")
    assert len(printable(text, 100)) <= 110


@given(
    st.recursive(
        st.none() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_data_becomes_json(value: object) -> None:
    cleaned = gradescope.finite(value)
    json.dumps(cleaned, allow_nan=False)
    if isinstance(value, float) and math.isfinite(value):
        assert cleaned == value
