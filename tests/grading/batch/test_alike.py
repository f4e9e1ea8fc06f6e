"""`--similar` on a class: who agrees and in what, and what the pages and files say of it."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.cli.app import run
from autograder.errors import SubmissionError
from autograder.exercise.model import Exercise
from autograder.grading.batch.alike import alike, as_json
from autograder.reports.book import Book, Entry
from autograder.reports.page import similar_page
from autograder.submission.files import FileSet
from autograder.submission.roster import HandIn, Student
from tests.grading.batch.classroom import SPEC, make_exercise
from tests.submission.similarity.disguise import disguised
from tests.submission.similarity.writers import Writer

CODE = """code: {starter: start.py}
"""


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    folder = tmp_path / "exercise"
    folder.mkdir()
    (folder / "start.py").write_text(Writer(500).block())
    return make_exercise(folder, SPEC.replace("symbols:", f"{CODE}symbols:", 1))


def files(texts: Mapping[str, str]) -> FileSet:
    found = FileSet()
    for name, text in texts.items():
        found.add(name, text.encode())
    return found


def hand_in(name: str, texts: Mapping[str, str], *students: Student) -> HandIn:
    return HandIn(name, functools.partial(files, texts), students)


def coded(name: str, cells: list[str], *students: Student) -> HandIn:
    return hand_in(name, {"ex.py": "\n\n".join(cells)}, *students)


def book(exercise: Exercise, found: list[HandIn], *outcomes: Outcome) -> Book:
    grade = Grade(exercise, outcomes)
    return Book(exercise, tuple(Entry(h.id, "graded", grade, h.students) for h in found))


def honest(count: int = 16) -> list[HandIn]:
    return [coded(f"s{n:02}", Writer(n).solution()) for n in range(count)]


def test_code_that_agrees_is_found_by_its_file_and_lines(exercise: Exercise) -> None:
    found = [*honest(), coded("copy", disguised(Writer(3).solution(), 1))]
    (pair,) = alike(book(exercise, found), found)
    assert (pair.left, pair.right, pair.basis) == ("copy", "s03", "text")
    assert {part.left.label for part in pair.shared} == {"ex.py"}


def test_the_starter_is_nobodys_own(exercise: Exercise) -> None:
    start = (exercise.folder / "start.py").read_text()
    found = [coded(f"s{n:02}", [start]) for n in range(8)]
    assert not alike(book(exercise, found), found)


@pytest.mark.parametrize(
    ("mine", "again"),
    [
        (Student(number="17"), Student(name="Ada L.", number="17")),
        (Student(email="Ada@example.org"), Student(email="ada@example.org")),
        (Student(account="a1"), Student(account="a1")),
        (Student(name="Ada"), Student(name="Ada")),
    ],
)
def test_two_hand_ins_of_a_student_are_no_pair(
    exercise: Exercise, mine: Student, again: Student
) -> None:
    others = honest()
    cells = disguised(Writer(3).solution(), 1)
    found = [*others[:3], coded("s03", Writer(3).solution(), mine), *others[4:]]
    partner = Student(name="Grace", number="99")
    assert not alike(book(exercise, found), [*found, coded("copy", cells, again, partner)])
    found.append(coded("copy", cells, again, partner))
    assert not alike(book(exercise, found), found)
    found[-1] = coded("copy", cells, partner)
    assert alike(book(exercise, found), found)


def test_a_hand_in_that_cannot_be_read_stops_nothing(exercise: Exercise) -> None:
    def broken() -> FileSet:
        raise SubmissionError("the archive is damaged")

    found = [*honest(), coded("copy", disguised(Writer(3).solution(), 1)), HandIn("bad", broken)]
    assert len(alike(book(exercise, found), found)) == 1


def theory(name: str, answers: Mapping[str, str]) -> HandIn:
    return hand_in(name, {"answers.md": "".join(f"# {q}\n\n{a}\n" for q, a in answers.items())})


def test_the_same_odd_answers_are_told_with_the_question(tmp_path: Path) -> None:
    names = [f"q{n}" for n in range(12)]
    questions = "".join(
        f"  - {{id: {name}, title: T, kind: expression, answer: c}}\n" for name in names
    )
    spec = f"autograder: 1\nid: many\ntitle: Many\nsymbols: {{c: real}}\nquestions:\n{questions}"
    exercise = make_exercise(tmp_path / "many", spec)
    entries, found = [], []
    for student in range(30):
        own = 7 if student == 8 else student  # the ninth has the answers of the eighth
        answers = {n: f"c + {10 * own + place}" for place, n in enumerate(names)}
        outcomes = [Outcome(n, "wrong", 0.0, "No.", read_plain=a) for n, a in answers.items()]
        found.append(theory(f"s{student:02}", answers))
        entries.append(Entry(found[-1].id, "graded", Grade(exercise, tuple(outcomes))))
    (pair,) = alike(Book(exercise, tuple(entries)), found)
    assert (pair.left, pair.right, pair.basis) == ("s07", "s08", "answers")
    assert {(p.left.label, p.left.text, p.held_by) for p in pair.shared} == {
        (n, f"c + {70 + place}", 2) for place, n in enumerate(names)
    }


def test_the_page_and_the_file_show_both_sides(exercise: Exercise) -> None:
    hostile = '# <script>alert("x")</script>\n'
    found = [
        *honest(),
        coded("copy", [f"{hostile}{c}" for c in disguised(Writer(3).solution(), 1)]),
    ]
    pairs = alike(book(exercise, found), found)
    page = similar_page(exercise, pairs, len(found))
    assert "<b>1 pair</b> of 17 submissions" in page
    assert "not to have copied" in page
    assert 'href="submissions/copy/index.html"' in page
    assert "<script>alert" not in page
    (written,) = json.loads(as_json(pairs))["pairs"]
    assert (written["left"], written["right"]) == ("copy", "s03")
    assert written["shared"][0]["left"]["label"] == "ex.py"
    assert written["shared"][0]["left"]["first"] <= written["shared"][0]["left"]["last"]


def test_a_class_in_which_nobody_agrees_says_so(exercise: Exercise) -> None:
    assert "No two of 16 submissions agree" in similar_page(exercise, (), 16)


def test_grade_writes_the_pairs_when_asked(
    exercise: Exercise, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in [*honest(12), coded("copy", disguised(Writer(3).solution(), 1))]:
        folder = tmp_path / "class" / one.id
        folder.mkdir(parents=True)
        (folder / "ex.py").write_bytes(one.read().files["ex.py"])
        (folder / "answers.md").write_text("# size\n\n12\n")
    common = ["grade", str(exercise.folder), str(tmp_path / "class"), "-j", "1", "--device", "cpu"]
    assert run([*common, "-o", str(tmp_path / "plain")]) == 0
    assert run([*common, "-o", str(tmp_path / "run"), "--similar"]) == 0
    assert "1 pair of submissions agrees beyond chance" in capsys.readouterr().out
    (pair,) = json.loads((tmp_path / "run" / "similar.json").read_text())["pairs"]
    assert {pair["left"], pair["right"]} == {"copy", "s03"}
    assert "similar.html" in (tmp_path / "run" / "report.html").read_text()
    assert (tmp_path / "run" / "similar.html").is_file()
    grades = [(tmp_path / name / "grades.csv").read_bytes() for name in ("plain", "run")]
    assert grades[0] == grades[1]
    assert not (tmp_path / "plain" / "similar.json").exists()
    (tmp_path / "class" / "copy" / "ex.py").unlink()
    assert run([*common, "-o", str(tmp_path / "none"), "--similar"]) == 0
    assert "No two submissions agree beyond chance" in capsys.readouterr().out
    assert json.loads((tmp_path / "none" / "similar.json").read_text())["pairs"] == []
