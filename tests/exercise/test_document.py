from __future__ import annotations

import pytest

from autograder.errors import SpecError
from autograder.exercise.document import load_document


def value(text: str, **options: bool):
    return load_document(text, "x.yaml", **options).value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("012", 12),
        ("1e-5", 1e-5),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("true", True),
        ("~", None),
        ("", None),
        ("'12'", "12"),
        (".5", 0.5),
        ("-3", -3),
        ("2020-01-01", "2020-01-01"),
        ("0x10", "0x10"),
    ],
)
def test_scalars_follow_yaml_1_2(text: str, expected: object) -> None:
    assert value(f"a: {text}") == {"a": expected}


def test_as_text_keeps_what_was_written() -> None:
    assert value("a: 1e-5\nb: no\nc: 012", as_text=True) == {"a": "1e-5", "b": "no", "c": "012"}


def problems(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        load_document(text, "x.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_a_key_given_twice_is_refused_with_both_lines() -> None:
    assert problems("a: 1\nb: 2\na: 3") == ["x.yaml:3:1: 'a' is given twice (first on line 1)"]


def test_several_problems_are_told_at_once() -> None:
    assert len(problems("a: 1\na: 2\nb: {c: 1, c: 2}")) == 2


def test_tags_are_refused() -> None:
    (line,) = problems("a: !!python/object/apply:os.system ['true']")
    assert line.startswith("x.yaml:1:4:")
    (line,) = problems("a: !secret x")
    assert "tags such as !secret are not allowed" in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: b: c", "put the text in quotes"),
        ("a: [sum_{j}, 2]", "put the text in quotes"),
        ("a: 'open", "not valid YAML"),
        ("\tb: 1", "not valid YAML"),
        ("[" * 100_000, "nested too deeply"),
        ("{a: " * 5_000, "nested too deeply"),
    ],
)
def test_what_is_no_yaml_is_told_in_a_line(text: str, words: str) -> None:
    lines = problems(text)
    assert words in lines[0]
    assert lines[0].startswith("x.yaml:")


def test_aliases_that_unfold_too_far_are_refused() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    assert "unfold" in problems("\n".join(levels))[0]


def test_positions_of_values_and_keys() -> None:
    document = load_document("a:\n  - b: 'text'\n    c: 2\n", "x.yaml")
    assert document.position(("a", 0, "b")) == (2, 9)  # inside the quote
    assert document.position(("a", 0, "missing")) == (2, 5)
    assert document.keys[("a", 0, "c")] == (3, 5)
    assert str(document.problem(("a", 0, "b"), "wrong", 2)) == "x.yaml:2:11: a[0].b: wrong"
