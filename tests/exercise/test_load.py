"""A spec's errors: all of them, each at its place, with a way to put it right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.errors import SpecError, UsageError
from autograder.exercise.find import find_exercise
from autograder.exercise.model import Exercise
from tests.conftest import PS09

GOOD = """\
symbols:
  x: positive real
questions:
  - id: one
    kind: expression
    title: One
    answer: 2*x
"""


def problems(make_exercise: Callable[..., Exercise], body: str, **files: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        make_exercise(body, **files)
    return [str(problem).partition("exercise.yaml:")[2] for problem in caught.value.problems]


def test_a_good_spec(make_exercise: Callable[..., Exercise]) -> None:
    exercise = make_exercise(GOOD)
    assert exercise.points == 1
    assert exercise.question("one").title == "One"
    assert exercise.numbers() == {"one": "1"}


RIGHT = "answer: 2*x"
ERRORS = [
    (
        "kind: expression",
        "kind: expresion",
        "8:11: questions[0].kind: unknown answer kind 'expresion'",
    ),
    ("    kind: expression\n", "", "7:5: questions[0]: the question needs a 'kind'"),
    ("    answer: 2*x\n", "", "7:5: questions[0].answer: this field is missing"),
    (RIGHT, "answer: 2*y", "10:15: questions[0].answer: unknown symbol y"),
    (RIGHT, "answer: '2*(x'", "10:16: questions[0].answer: '(' is never closed"),
    (
        RIGHT,
        f"{RIGHT}\n    points: many",
        "11:13: questions[0].points: input should be a valid number",
    ),
    (RIGHT, f"{RIGHT}\n    points: -1", "11:13: questions[0].points: input should be greater"),
    (RIGHT, f"{RIGHT}\n    section: intro", "11:14: questions[0].section: there is no section"),
    (RIGHT, f"{RIGHT}\n    given: [x > q]", "11:17: questions[0].given[0]: unknown symbol q"),
    (RIGHT, f"{RIGHT}\n    visibility: secret", "11:17: questions[0].visibility: expected"),
    (
        RIGHT,
        f"{RIGHT}\n    mistakes: [{{answer: x*z, feedback: no}}]",
        "11:25: questions[0].mistakes[0].answer[0]: unknown symbol z",
    ),
    ("x: positive real", "x: positiv real", "5:6: symbols.x.domain: unknown word 'positiv'"),
    ("id: one", "id: One_", "7:9: questions[0].id: use lower-case letters"),
]


@pytest.mark.parametrize(("old", "new", "expected"), ERRORS)
def test_each_error_has_its_place_and_a_way_out(
    old: str, new: str, expected: str, make_exercise: Callable[..., Exercise]
) -> None:
    found = problems(make_exercise, GOOD.replace(old, new))
    assert len(found) == 1, found
    assert found[0].startswith(expected), found


def test_all_errors_are_told_at_once(make_exercise: Callable[..., Exercise]) -> None:
    body = GOOD.replace("title: One", "titel: One").replace("positive real", "positiv real")
    found = problems(make_exercise, body)
    assert len(found) == 3  # the domain, the missing title, the unknown field
    assert sorted(found, key=lambda line: int(line.split(":")[0])) == found


def test_ids_must_differ(make_exercise: Callable[..., Exercise]) -> None:
    twice = GOOD + GOOD.partition("questions:\n")[2]
    assert "another question has the id 'one'" in problems(make_exercise, twice)[0]


def test_files_that_are_named_must_exist(make_exercise: Callable[..., Exercise]) -> None:
    body = GOOD + "code: {given: missing.py}\n"
    assert problems(make_exercise, body)[0].startswith(
        "11:15: code.given: there is no file 'missing.py'"
    )
    module = (
        "questions:\n  - {id: net, kind: module, title: Net, name: get_net, "
        "reference: missing.py:get_net, cases: [{input: [1, 1]}]}\n"
    )
    assert "there is no file 'missing.py'" in problems(make_exercise, module)[0]


def test_references_name_a_file_and_a_definition(make_exercise: Callable[..., Exercise]) -> None:
    module = (
        "questions:\n  - {id: net, kind: module, title: Net, name: get_net, "
        "reference: get_net, cases: [{input: [1, 1]}]}\n"
    )
    assert "expected 'file.py:name'" in problems(make_exercise, module)[0]


def test_question_symbols_win_over_the_exercises(make_exercise: Callable[..., Exercise]) -> None:
    exercise = make_exercise(GOOD + "    symbols: {x: integer, y: real}\n")
    table = exercise.table(exercise.questions[0])
    assert table.symbols["x"].set == "integer"
    assert set(table.symbols) == {"x", "y"}


def test_sections_number_their_questions(ps09: Exercise) -> None:
    numbers = ps09.numbers()
    assert (numbers["data-loader"], numbers["sgdm-m"], numbers["receptive-field"]) == (
        "1.1",
        "2.2",
        "3.3",
    )


def test_exercises_are_found_by_folder_file_and_id(tmp_path: Path) -> None:
    for name in ("epfl-cs433-ps09", str(PS09), str(PS09 / "exercise.yaml")):
        assert find_exercise(name).resolve() == PS09
    with pytest.raises(UsageError, match=r"did you mean epfl-cs433-ps09\?"):
        find_exercise("epfl-cs433-ps9")


def test_a_file_that_is_no_text_is_told(
    tmp_path: Path, make_exercise: Callable[..., Exercise]
) -> None:
    from autograder.checks.catalogue import load

    (tmp_path / "exercise.yaml").write_bytes(b"id: \xff\xfe\n")
    with pytest.raises(UsageError, match="not UTF-8"):
        load(tmp_path)


NAMED = """\
policy:
  settings: {half-way: 0.5}
symbols:
  x: positive real
questions:
  - id: one
    kind: expression
    title: One
    answer: 2*x
    also_accept:
      - {answer: 3*x, credit: half-way}
"""


def test_a_credit_may_be_one_of_the_settings(make_exercise: Callable[..., Exercise]) -> None:
    question = make_exercise(NAMED).question("one")
    assert [other.credit for other in question.also_accept] == [0.5]


def test_a_setting_that_is_not_there_is_told(make_exercise: Callable[..., Exercise]) -> None:
    told = problems(make_exercise, NAMED.replace("credit: half-way", "credit: halfway"))
    assert told == [
        "14:31: questions[0].also_accept[0].credit: "
        "no setting 'halfway' under policy.settings; there are: half-way"
    ]
