"""Wrong answers that mean the same are one cluster; those that do not, never are."""

from __future__ import annotations

from collections.abc import Callable

from autograder.checks.grade import Grade
from autograder.exercise.model import Exercise
from autograder.reports.book import Book
from autograder.reports.page.clusters import Cluster, clusters
from autograder.reports.page.meaning import Meaning
from autograder.reports.page.standing import LOSING
from tests.reports.page.samples import entry, trained, written, wrong


def found(book: Book, *standings: str, question: str = "double") -> list[Cluster]:
    asked = book.exercise.question(question)
    return clusters(book, asked, standings or LOSING, Meaning(book.exercise).same)


def book_of(exercise: Exercise, *texts: str, **changes: object) -> Book:
    outcomes = [wrong(text, data={}, **changes) for text in texts]
    return Book(
        exercise, tuple(entry(exercise, f"s{n}", outcome) for n, outcome in enumerate(outcomes))
    )


def shown(found: list[Cluster]) -> list[tuple[str, int, int]]:
    return [(one.example.read_plain, one.count, one.spellings) for one in found]


def test_equal_formulas_are_one_cluster(exercise: Exercise) -> None:
    book = book_of(exercise, "x", "3*x", "x + x + x", "4*x", "3*x", "x*3", "x^1")
    assert shown(found(book)) == [("3*x", 4, 3), ("x", 2, 2), ("4*x", 1, 1)]


def test_the_order_of_submissions_does_not_matter(exercise: Exercise) -> None:
    book = book_of(exercise, "x*3", "3*x", "x", "3*x")
    backwards = Book(exercise, book.entries[::-1])
    assert shown(found(book)) == shown(found(backwards))


def test_answers_that_earned_differently_stay_apart(exercise: Exercise) -> None:
    one, other = wrong("3*x"), wrong("x*3", outcome="partial", credit=0.5)
    book = Book(exercise, (entry(exercise, "a", one), entry(exercise, "b", other)))
    assert [cluster.count for cluster in found(book)] == [1, 1]


def test_different_values_at_one_point_need_no_comparison(exercise: Exercise) -> None:
    def example(value: str) -> dict[str, object]:
        return {"counterexample": {"point": {"x": "7"}, "expected": "14", "student": value}}

    outcomes = [wrong("3*x", data=example("21")), wrong("4*x", data=example("28"))]
    entries = tuple(entry(exercise, o.read_plain, o) for o in outcomes)
    asked: list[str] = []
    clusters(
        Book(exercise, entries), exercise.question("double"), LOSING,
        lambda q, a, b: bool(asked.append(a)),
    )  # fmt: skip
    assert asked == []


def test_comparisons_are_bounded(exercise: Exercise) -> None:
    book = book_of(exercise, *(f"{n}*x" for n in range(100)))
    asked: list[str] = []
    clusters(book, exercise.question("double"), LOSING, lambda q, a, b: bool(asked.append(a)))
    assert len(asked) == 200


def test_code_is_put_together_by_its_first_line(exercise: Exercise) -> None:
    outcomes = [
        trained(outcome="error", credit=0.0, line=f"NameError: {name}", data={}) for name in "aab"
    ]
    entries = tuple(entry(exercise, f"s{n}", o) for n, o in enumerate(outcomes))
    (first, second) = found(Book(exercise, entries), question="trained")
    assert (first.count, second.count) == (2, 1)


def test_texts_for_a_person_are_apart_even_with_as_many_words(exercise: Exercise) -> None:
    outcomes = [written(data={"answer": text}) for text in ("one two", "two three", "one two")]
    entries = tuple(entry(exercise, f"s{n}", o) for n, o in enumerate(outcomes))
    counts = [c.count for c in found(Book(exercise, entries), "person", question="open")]
    assert counts == [2, 1]


def test_marked_models_are_drawn_and_not_listed(exercise: Exercise) -> None:
    book = Book(exercise, (entry(exercise, "a", trained()),))
    assert found(book, question="trained") == []


def test_what_cannot_be_compared_stays_apart(exercise: Exercise) -> None:
    same = Meaning(exercise).same
    question = exercise.question("double")
    assert same(question, "((", "((")
    assert not same(question, "((", "x")
    assert not same(question, "+".join(["x"] * 500), "500*x")  # too long to be worth it


def test_answers_as_they_were_really_read_are_compared(
    ps09: Exercise, grade_files: Callable[..., Grade]
) -> None:
    spellings = (
        "floor((W_in + P - K)/S) + 1",
        "1 + floor((P + W_in - K)/S)",
        "floor((W_in - K)/S)",
    )
    entries = []
    for number, text in enumerate(spellings):
        grade = grade_files(
            ps09, {"answers.yaml": f"output-width: '{text}'"}, select="output-width"
        )
        entries.append(entry(ps09, f"s{number}", *grade.outcomes))
    counts = [
        (c.count, c.spellings) for c in found(Book(ps09, tuple(entries)), question="output-width")
    ]
    assert counts == [(2, 2), (1, 1)]
