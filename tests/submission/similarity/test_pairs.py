"""A class compared: disguised copies are found and shown, independent hand-ins are left alone."""

from __future__ import annotations

import dataclasses
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.exercise.find import project_root
from autograder.submission.model import Source
from autograder.submission.similarity.pairs import similar
from autograder.submission.similarity.work import Content, Pair, Said, Work
from tests.submission.similarity.disguise import disguised
from tests.submission.similarity.sheets import sheet
from tests.submission.similarity.writers import Writer, sources

FOLDER = project_root() / "exercises" / "epfl-cs433-ps09"
FILES = (
    FOLDER / "starter" / "ex09.py",
    *FOLDER.glob("*.py"),
    *(project_root() / "reference").glob("*.py"),
)
GIVEN = Content(code=tuple(Source(path.name, path.read_text(encoding="utf-8")) for path in FILES))
PROSE = """The convolutional network is fooled by nothing but the scrambled pixels, since each of its filters
looks at neighbours that are no neighbours any more, whereas the perceptron never knew who is next to whom."""


def work(name: str, cells: list[str], *people: str, said: tuple[Said, ...] = ()) -> Work:
    return Work(name, lambda: Content(code=sources(cells), said=said), frozenset(people))


def honest(count: int, start: int = 0) -> list[Work]:
    return [work(f"s{n:03}", Writer(n).solution(), f"p{n}") for n in range(start, start + count)]


def named(pairs: tuple[Pair, ...]) -> set[tuple[str, str]]:
    return {(pair.left, pair.right) for pair in pairs}


def test_independent_hand_ins_do_not_alarm() -> None:
    assert not similar(honest(40), GIVEN)


def test_two_right_solutions_of_a_short_exercise_do_not_alarm() -> None:
    for write in (Writer.mlp, Writer.train):
        short = [work(f"s{n}", [write(Writer(n))]) for n in range(20)]
        assert not similar([*short, *(dataclasses.replace(w, id=f"t{w.id}") for w in short[:2])])


def test_nearly_every_disguised_copy_is_found_and_nothing_else() -> None:
    found = 0
    for source in range(12):
        copy = work("copy", disguised(Writer(source).solution(), 100 + source))
        pairs = named(similar([*honest(20), copy], GIVEN))
        assert pairs <= {("copy", f"s{source:03}")}
        found += len(pairs)
    # Somebody may write what a tenth of the class writes; a copy of that tells nothing.
    assert found >= 10


def test_the_shared_lines_are_shown_on_both_sides() -> None:
    (pair,) = similar([*honest(20), work("copy", disguised(Writer(3).solution(), 1))], GIVEN)
    cells = {side: dict(_cells(side)) for side in ("left", "right")}
    assert (pair.left, pair.right, pair.basis) == ("copy", "s003", "text")
    assert pair.likeness > 0.8 and pair.chance < 0.05 and pair.score > 1.3
    for part in pair.shared:
        for side in ("left", "right"):
            span = getattr(part, side)
            lines = cells[side][span.label].split("\n")
            assert span.text == "\n".join(lines[span.first - 1 : span.last])
    assert max(part.size for part in pair.shared) > 60


def _cells(side: str) -> list[tuple[str, str]]:
    solution = Writer(3).solution()
    cells = disguised(solution, 1) if side == "left" else solution
    return [(source.label, source.text) for source in sources(cells)]


def test_what_the_starter_gives_is_not_shown_and_alarms_nobody() -> None:
    starter = next(source.text for source in GIVEN.code if source.label == "ex09.py")
    given_code = next(source.text for source in GIVEN.code if source.label == "given.py")
    assert not similar([work(f"s{n}", [starter, given_code]) for n in range(6)], GIVEN)
    both = [work(f"{w.id}", [starter, *Writer(n).solution()]) for n, w in enumerate(honest(20))]
    (pair,) = similar(
        [*both, work("copy", [given_code, *disguised(Writer(3).solution(), 1)])], GIVEN
    )
    assert not any("run_training(model, loaders" in part.left.text for part in pair.shared)


def test_what_the_whole_class_took_from_somewhere_is_no_evidence() -> None:
    tutorial = Writer(999).solution()
    assert not similar(
        [work(f"s{n}", [*Writer(n).solution(), *tutorial]) for n in range(40)], GIVEN
    )


def test_hand_ins_of_one_student_or_group_are_no_pair() -> None:
    again = work("again", disguised(Writer(3).solution(), 1), "p3", "p77")
    assert not similar([*honest(20), again], GIVEN)


def test_order_of_hand_ins_changes_nothing() -> None:
    works = [*honest(20), *(work(f"c{n}", disguised(Writer(n).solution(), 1)) for n in (3, 4, 5))]
    shuffled = random.Random(0).sample(works, len(works))
    assert similar(works, GIVEN) == similar(shuffled, GIVEN) != ()


def test_a_broken_cell_hides_nothing() -> None:
    cells = disguised(Writer(3).solution(), 1)
    broken = [f"{cell}\n    return ((" for cell in cells]
    assert named(similar([*honest(20), work("copy", broken)], GIVEN)) == {("copy", "s003")}


def test_prose_that_agrees_word_for_word_is_shown() -> None:
    def essay(name: str, text: str) -> Work:
        return Work(name, lambda: Content(prose=(Source("why", text),)))

    words = PROSE.split()
    own = [
        essay(f"s{n:02}", " ".join(random.Random(n).sample(words, len(words)) * 4))
        for n in range(20)
    ]
    long = " ".join([PROSE, *(f"{w} {v} {w}" for w, v in zip(words, reversed(words), strict=True))])
    copies = [essay("x", long), essay("y", f"Well. {long.upper()}!")]
    (pair,) = similar([*own, *copies])
    assert (pair.left, pair.right, pair.shared[0].kind) == ("x", "y", "prose")
    assert not similar([*own, *copies], Content(prose=(Source("sheet", long),)))


def test_answers_and_code_are_told_together() -> None:
    works = [
        work(w.id, Writer(n).solution(), said=tuple(sheet(n))) for n, w in enumerate(honest(40))
    ]
    copy = work("copy", disguised(Writer(3).solution(), 1), said=tuple(sheet(3)))
    (pair,) = similar([*works, copy], GIVEN)
    assert {part.kind for part in pair.shared} == {"code", "answer"}
    for part in pair.shared:
        if part.kind == "answer":
            assert part.left.text == part.right.text and 2 <= part.held_by <= 4


def test_few_or_no_hand_ins_give_no_pairs() -> None:
    assert similar([]) == ()
    assert similar(honest(1)) == ()
    assert similar([Work("a", Content), Work("b", Content), Work("c", Content)]) == ()
    assert similar([work("a", Writer(3).solution()), work("b", Writer(3).solution())]) == ()


_TEXTS = st.lists(
    st.text(max_size=80) | st.sampled_from(["def f(:", "'\\", "x = 1\n" * 30]), max_size=3
)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(_TEXTS, _TEXTS, st.lists(st.tuples(st.text(), st.text())))), st.booleans()
)
def test_no_hand_in_is_too_odd(
    class_: list[tuple[list[str], list[str], list]], twice: bool
) -> None:
    def content(code: list[str], prose: list[str], said: list[tuple[str, str]]) -> Content:
        return Content(
            tuple(Source("c", text) for text in code),
            tuple(Source("p", text) for text in prose),
            tuple(Said(question, text, text, len(text) % 2 == 0) for question, text in said),
        )

    contents = [content(*parts) for parts in class_] * (2 if twice else 1)
    works = [Work(f"w{n}", lambda c=c: c) for n, c in enumerate(contents)]
    for pair in similar(works):
        assert pair.left < pair.right
        assert 0 < pair.likeness <= 1 and 0 <= pair.chance < 0.05
