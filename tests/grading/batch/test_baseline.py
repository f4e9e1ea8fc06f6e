"""`--baseline`: what changed against an earlier run, why, and that nothing else is checked again."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.cli.app import run
from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.grading.batch.engine import Done, Task
from autograder.grading.batch.run import grade_class
from autograder.grading.batch.store import Store
from autograder.grading.batch.work import opened, record_of
from autograder.grading.grade import Options
from autograder.grading.session import Session
from autograder.reports.book import Book
from autograder.reports.changes import Changes
from tests.grading.batch.classroom import (
    OPTIONS,
    SPEC,
    content,
    hand_ins,
    make_class,
    make_exercise,
)

COUNT = 6


class Counting:
    """An engine in this process that remembers what it was asked to check."""

    def __init__(self, exercise: Exercise, session: Session, options: Options) -> None:
        self.exercise, self.session, self.options = exercise, session, options
        self.checked: dict[str, tuple[str, ...]] = {}

    def run(self, tasks: Iterator[Task]) -> Iterator[Done]:
        for task in tasks:
            questions = task.questions or tuple(q.id for q in self.exercise.questions)
            self.checked[task.id] = questions
            found = opened(task)
            if isinstance(found, Done):
                yield found
                continue
            record = record_of(
                self.exercise, found[0], self.options, self.session, questions=task.questions
            )
            yield Done(task.id, record, found[1])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    make_exercise(tmp_path / "exercise")
    make_class(tmp_path / "class", COUNT)
    return tmp_path


@pytest.fixture
def graded(place: Path, session: Session):
    """Grades the class into a folder; gives what was checked and the book."""

    def grade(
        name: str, baseline: str | None = None, spec: str = SPEC, options: Options = OPTIONS
    ) -> tuple[dict[str, tuple[str, ...]], Book]:
        exercise = make_exercise(place / "exercise", spec)
        engine = Counting(exercise, session, options)
        earlier = None if baseline is None else place / baseline
        with Store(place / name) as store:
            book = grade_class(
                exercise, hand_ins(place / "class"), options, engine, store, baseline=earlier
            )
        return engine.checked, book

    return grade


def causes(changes: Changes | None) -> dict[str, set[str]]:
    assert changes is not None
    found: dict[str, set[str]] = {}
    for row in changes.rows:
        found.setdefault(row.question, set()).add(row.cause)
    return found


def bare(folder: Path) -> dict[str, bytes]:
    """What a run writes, without what it says of an earlier one."""
    found = content(folder)
    report = found["report.html"]
    for told in (rb'<section id="changes".*?</section>', rb'<li><a href="#changes">.*?</li>'):
        report = re.sub(told, b"", report, flags=re.DOTALL)
    found["report.html"] = re.sub(rb"\n+", b"\n", report)
    return {name: data for name, data in found.items() if not name.startswith("changes")}


ALL = [f"student-{n:03}" for n in range(COUNT)]


def test_nothing_changed_checks_nothing_and_writes_the_same_bytes(graded, place: Path) -> None:
    graded("before")
    checked, book = graded("after", "before")
    assert checked == {}
    assert book.changes == Changes((), ("sum", "size", "words"), COUNT, 0, 3 * COUNT)
    assert bare(place / "before") == bare(place / "after")


def test_another_right_answer_checks_that_question_only(graded, place: Path) -> None:
    spec = SPEC.replace('answer: "12"', 'answer: "13"')
    graded("before")
    checked, book = graded("after", "before", spec)
    assert checked == dict.fromkeys(ALL, ("size",))
    assert causes(book.changes) == {"size": {"question changed"}}
    moved = {row.submission: (row.before, row.after, row.difference) for row in book.changes.rows}
    assert {name: change[2] for name, change in moved.items()} == {
        "student-000": -2.0, "student-001": 2.0, "student-002": -2.0, "student-005": -2.0,
    }  # fmt: skip
    graded("fresh", None, spec)
    assert bare(place / "after") == bare(place / "fresh")


def test_other_points_move_scores_by_the_difference(graded) -> None:
    graded("before")
    checked, book = graded("after", "before", SPEC.replace("points: 3", "points: 5"))
    assert set(checked.values()) == {("sum",)}
    (gained,) = {row.difference for row in book.changes.rows}
    assert gained == 2.0
    assert {row.before.outcome for row in book.changes.rows} == {"correct"}


def test_a_title_may_change_and_no_score_does(graded, place: Path) -> None:
    spec = SPEC.replace("title: A sample", "title: Another title")
    graded("before")
    checked, book = graded("after", "before", spec)
    assert checked == {} and book.changes.rows == ()
    graded("fresh", None, spec)
    assert bare(place / "after") == bare(place / "fresh")


def test_another_submission_is_checked_whole(graded, place: Path) -> None:
    graded("before")
    (place / "class" / "student-001" / "answers.md").write_text("# sum\n\nc\n\n# size\n\n12\n")
    checked, book = graded("after", "before")
    assert checked == {"student-001": ("sum", "size", "words")}
    assert causes(book.changes) == {"sum": {"submission changed"}, "size": {"submission changed"}}


def test_submissions_come_and_go(graded, place: Path) -> None:
    graded("before")
    for name in ("student-000", "student-001"):
        (place / "class" / name / "answers.md").unlink()
        (place / "class" / name).rmdir()
    new = place / "class" / "new"
    new.mkdir()
    (new / "answers.md").write_text("# size\n\n12")
    checked, book = graded("after", "before")
    assert set(checked) == {"new"}
    by_name = {row.submission: row.cause for row in book.changes.rows}
    assert by_name == {
        "new": "submission new", "student-000": "submission gone", "student-001": "submission gone",
    }  # fmt: skip
    assert book.changes.compared == COUNT - 2


def test_a_renamed_submission_is_known_by_its_files(graded, place: Path) -> None:
    graded("before")
    (place / "class" / "student-002").rename(place / "class" / "renamed")
    checked, book = graded("after", "before")
    assert checked == {} and book.changes.rows == ()
    assert book.changes.renamed == (("student-002", "renamed"),)
    old, new = (place / run / "submissions" for run in ("before", "after"))
    names = [old / "student-002" / "results.json", new / "renamed" / "results.json"]
    assert names[0].read_bytes() == names[1].read_bytes()


def test_another_seed_checks_everything(graded, place: Path) -> None:
    graded("before")
    options = Options(device="cpu", seed=3)
    checked, book = graded("after", "before", SPEC, options)
    assert set(checked) == set(ALL) and book.changes.checked == 3 * COUNT
    assert book.changes.rows == ()
    graded("fresh", None, SPEC, options)
    assert bare(place / "after") == bare(place / "fresh")


def test_another_time_limit_concerns_code_only(graded) -> None:
    graded("before")
    checked, _ = graded("after", "before", SPEC, Options(device="cpu", seconds=100.0))
    assert checked == {}


CODE = """
  - {id: code, title: Code, kind: function, points: 2, name: f, reference: right.py:f, arguments: {x: {integer: [0, 9]}}}
"""


@pytest.mark.parametrize(
    ("options", "spec", "checked"),
    [
        (Options(device="cpu", seconds=99.0), SPEC + CODE, {("code",)}),
        (Options(device="cpu", confined=False), SPEC + CODE, {("sum", "size", "words", "code")}),
        (OPTIONS, SPEC.replace('"12"', '"13"') + CODE, {("size",)}),
        (OPTIONS, SPEC + CODE.replace("points: 2", "points: 4"), {("code",)}),
        # The code's own questions may be about another notebook now, and headings about another id.
        (OPTIONS, SPEC + CODE + CODE.replace("id: code", "id: more").replace("name: f", "name: g"),
         {("sum", "size", "words", "code", "more")}),
    ],
)  # fmt: skip
def test_code_is_checked_again_where_code_is_concerned(
    graded, place: Path, options: Options, spec: str, checked: set[tuple[str, ...]]
) -> None:
    (place / "exercise" / "right.py").write_text("def f(x):\n    return x + 1\n")
    graded("before", None, SPEC + CODE)
    found, _ = graded("after", "before", spec, options)
    assert set(found.values()) == checked
    graded("fresh", None, spec, options)
    assert bare(place / "after") == bare(place / "fresh")


def test_another_reference_checks_the_code_again(graded, place: Path) -> None:
    (place / "exercise" / "right.py").write_text("def f(x):\n    return x + 1\n")
    graded("before", None, SPEC + CODE)
    (place / "exercise" / "right.py").write_text("def f(x):\n    return x + 2\n")
    found, book = graded("after", "before", SPEC + CODE)
    assert set(found.values()) == {("code",)}
    assert book.changes is not None and book.changes.rows == ()


def test_another_program_checks_everything_and_is_named(
    graded, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded("before", None, SPEC.replace('answer: "12"', 'answer: "13"'))
    monkeypatch.setattr("autograder.grading.batch.run.code_digest", lambda: "other")
    checked, book = graded("after", "before")
    assert set(checked) == set(ALL)
    assert causes(book.changes) == {"size": {"question changed; grader changed (its code)"}}


def test_a_question_more_or_less_is_told(graded, place: Path) -> None:
    more = SPEC + "  - {id: more, title: More, kind: number, answer: 1}\n"
    graded("before")
    checked, book = graded("after", "before", more)
    # Which heading answers which question may change with the ids.
    assert set(checked) == set(ALL)
    assert causes(book.changes) == {"more": {"question new"}}
    graded("fresh", None, more)
    assert bare(place / "after") == bare(place / "fresh")
    _, book = graded("back", "after", SPEC)
    assert causes(book.changes) == {"more": {"question gone"}}


def test_only_selected_questions_are_compared(graded) -> None:
    graded("before")
    checked, book = graded("after", "before", SPEC, Options(select="size", device="cpu"))
    assert checked == {} and book.changes.rows == ()
    checked, book = graded("whole", "after")
    assert set(checked.values()) == {("sum", "words")}
    assert causes(book.changes) == {"sum": {"not graded before"}, "words": {"not graded before"}}


def test_our_own_failure_is_tried_again(graded, place: Path) -> None:
    graded("before")
    path = place / "before" / "submissions" / "student-001" / "record.json"
    record = json.loads(path.read_text())
    record["grade"]["outcomes"][1] |= {"outcome": "internal", "credit": None}
    path.write_text(json.dumps(record))
    checked, book = graded("after", "before")
    assert checked == {"student-001": ("size",)}
    assert causes(book.changes) == {"size": {"not graded before"}}


def test_a_damaged_result_counts_as_none(graded, place: Path) -> None:
    graded("before")
    (place / "before" / "submissions" / "student-001" / "record.json").write_text('{"format": 1, ')
    checked, book = graded("after", "before")
    assert set(checked) == {"student-001"}
    assert book.changes.notes == ("The baseline's result of student-001 cannot be read.",)
    assert {row.cause for row in book.changes.rows} == {"submission new"}


def test_resuming_such_a_run_ends_in_the_same_bytes(graded, place: Path, session: Session) -> None:
    spec = SPEC.replace('answer: "12"', 'answer: "13"')
    graded("before")
    graded("whole", "before", spec)
    _, book = graded("part", "before", spec)
    (place / "part" / "submissions" / "student-004" / "record.json").unlink()
    exercise = make_exercise(place / "exercise", spec)
    engine = Counting(exercise, session, OPTIONS)
    with Store(place / "part") as store:
        again = grade_class(
            exercise, hand_ins(place / "class"), OPTIONS, engine, store,
            baseline=place / "before", resume=True,
        )  # fmt: skip
    assert engine.checked == {"student-004": ("size",)}
    assert again.changes == book.changes
    assert content(place / "part") == content(place / "whole")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda p: p.unlink(), "holds no run to compare with"),
        (lambda p: p.write_text("{"), "is damaged"),
        (lambda p: p.write_text("[]"), "is damaged"),
        (lambda p: p.write_text('{"format": 99}'), "of another version"),
        (lambda p: p.write_text('{"format": 1, "exercise": {}}'), "of another version"),
        (lambda p: p.write_text(p.read_text().replace('"id": "sample"', '"id": "other"')), "not of sample"),
    ],
)  # fmt: skip
def test_what_is_no_baseline_is_refused_before_anything_is_written(
    graded, place: Path, spoil, says: str
) -> None:
    graded("before")
    spoil(place / "before" / "run.json")
    with pytest.raises(UsageError, match=says) as refused:
        graded("after", "before")
    assert "\n" not in str(refused.value)
    assert not (place / "after").exists()


def command(place: Path, *more: str) -> int:
    return run(
        [
            "grade",
            str(place / "exercise"),
            str(place / "class"),
            "-j",
            "1",
            "--device",
            "cpu",
            *more,
        ]
    )


def test_the_command_tells_what_changed_and_strict_fails(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(place, "-o", str(place / "before")) == 0
    make_exercise(place / "exercise", SPEC.replace('answer: "12"', 'answer: "13"'))
    baseline = ("--baseline", str(place / "before"))
    capsys.readouterr()
    assert command(place, "-o", str(place / "after"), *baseline) == 0
    said = capsys.readouterr().out
    assert "6 of 18 answers checked again" in said
    assert "size     1 up    3 down    0 otherwise, mean -0.67 points" in said
    assert (
        "size: 2, right → 0, wrong (question changed): student-000, student-002, student-005"
        in said
    )
    assert command(place, "-o", str(place / "strict"), *baseline, "--strict") == 1
    assert (
        command(place, "-o", str(place / "same"), "--baseline", str(place / "after"), "--strict")
        == 0
    )
    assert "No outcome and no score changed." in capsys.readouterr().out
    rows = list(
        csv.DictReader(io.StringIO((place / "after" / "changes.csv").read_text("utf-8-sig")))
    )
    assert rows[0] == {
        "submission": "student-000", "question": "size", "outcome before": "right", "outcome": "wrong",
        "points before": "2", "points": "0", "change": "-2", "cause": "question changed",
    }  # fmt: skip
    written = json.loads((place / "after" / "changes.json").read_text())
    assert written["questions"]["size"] == {"up": 1, "down": 3, "other": 0, "mean_change": -0.6667}
    assert written["scores_changed"] == 4 and len(written["changes"]) == 4


def test_wrong_usage_gets_a_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(place, "-o", str(place / "before")) == 0
    capsys.readouterr()
    assert command(place, "-o", str(place / "before"), "--baseline", str(place / "before")) == 4
    assert "cannot be its own baseline" in capsys.readouterr().err
    assert command(place, "--strict") == 4
    assert "--strict is about a baseline" in capsys.readouterr().err
    assert command(place, "--baseline", str(place / "nowhere")) == 4
    assert "holds no run to compare with" in capsys.readouterr().err
