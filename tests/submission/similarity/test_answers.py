"""Agreement in unusual answers: the same mistakes tell, what many say does not."""

from __future__ import annotations

from autograder.submission.similarity.answers import AnswerMatch, answer_matches
from autograder.submission.similarity.work import Said
from tests.submission.similarity.sheets import copied, sheet


def matches(said: list[list[Said]], *related: tuple[int, int]) -> list[AnswerMatch]:
    return answer_matches(said, lambda a, b: (a, b) in related or (b, a) in related, 0.025)


def pairs(said: list[list[Said]]) -> set[tuple[int, int]]:
    return {(match.left, match.right) for match in matches(said)}


def test_independent_sheets_do_not_alarm() -> None:
    alarms = [bool(pairs([sheet(1000 * n + i) for i in range(40)])) for n in range(20)]
    assert sum(alarms) <= 1


def test_a_sheet_taken_over_is_found() -> None:
    honest = [sheet(i) for i in range(60)]
    assert (7, 60) in pairs([*honest, copied(honest[7], 99)])


def test_a_part_of_a_sheet_is_found_most_often() -> None:
    found = []
    for n in range(12):
        honest = [sheet(100 * n + i) for i in range(60)]
        found.append((7, 60) in pairs([*honest, copied(honest[7], n, 0.7)]))
    assert sum(found) >= 8


def test_hand_ins_of_one_student_are_no_pair() -> None:
    said = [*(sheet(i) for i in range(60)), sheet(7)]
    assert matches(said)
    assert not matches(said, (7, 60))


def test_the_same_right_answers_typed_as_everybody_types_them_say_nothing() -> None:
    plain = [Said(f"q{n}", "a*b", "a*b", True) for n in range(20)]
    assert not matches([plain] * 12)


def test_a_mistake_that_a_tenth_of_the_class_makes_says_nothing() -> None:
    def student(number: int) -> list[Said]:
        own = [Said("q0", f"own {number}", f"own {number}", False)]
        usual = [Said(f"q{n}", "usual", "usual", False) for n in range(1, 9)]
        return [*own, *usual] if number % 8 == 0 else own

    assert not matches([student(number) for number in range(80)])


def test_which_answers_agree_is_told_with_how_many_gave_them() -> None:
    odd = [Said(f"q{n}", f"odd {n}", f"odd {n}", False) for n in range(12)]
    said = [*(sheet(i) for i in range(60)), odd, odd]
    (match,) = matches(said)
    assert (match.left, match.right) == (60, 61)
    assert dict(match.shared) == {f"q{n}": 2 for n in range(12)}
    assert match.likeness == 1.0
