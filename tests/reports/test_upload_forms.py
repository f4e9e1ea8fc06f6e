from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.reports.book import Book, Entry
from autograder.reports.upload_forms import Form, Sheet, canvas_form, moodle_form, read_sheet
from autograder.reports.upload_forms.matching import Line, Score, match
from autograder.submission.roster import Student
from tests.reports.page import samples
from tests.reports.page.samples import entry, right, trained, written, wrong

GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,Quiz (11),The class (12),Current Score
,,,,,Manual Posting,,(read only)
    Points Possible,,,,,5.00,6.00,(read only)
"Huber, Anna",1001,000123,anna.huber@example.org,A,4.00,,80
"Ito, Ben",1002,124,bito,A,,3.00,70
"Ng, Carla",1003,125,cng,B,,,60
"Student, Test",1009,,abc,,,,
"""
WORKSHEET = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 101","Anna Huber",anna.huber@example.org,"Submitted for grading - ",,6.00,Yes,\
"Tuesday, 3 November 2026, 10:00 AM",-,
"Participant 102","Ben Ito",ben@example.org,"Submitted for grading - Graded",3.00,6.00,Yes,-,-,\
"- a person's
comment"
"Participant 103","Carla Ng",carla@example.org,"No submission",,6.00,Yes,-,-,
"""


@pytest.fixture
def exercise(make_exercise: Callable[..., Exercise]) -> Exercise:
    return make_exercise(samples.BODY)


def sheet(tmp_path: Path, text: str, encoding: str = "utf-8") -> Sheet:
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode(encoding))
    return read_sheet(path)


def rows(form: Form, key: str, delimiter: str = ",") -> dict[str, dict[str, str]]:
    reader = csv.DictReader(io.StringIO(form.text.removeprefix("\ufeff")), delimiter=delimiter)
    return {row[key]: row for row in reader}


def graded(exercise: Exercise, name: str, *students: Student) -> Entry:
    """5 of 6 points: all of `double`, less of `trained`."""
    return entry(exercise, name, right(), trained(credit=0.75), students=students)


def for_a_person(exercise: Exercise, name: str, *students: Student) -> Entry:
    return entry(exercise, name, right(), written(), students=students)


def test_canvas_s_own_gradebook_with_the_points(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, (graded(exercise, "a", Student("Anna Huber", "123")),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK), column="The class")
    found = rows(form, "Student")
    assert list(found["Huber, Anna"]) == [
        *("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "The class (12)"),
    ]
    assert found["Huber, Anna"]["The class (12)"] == "5"
    assert found["Huber, Anna"]["SIS User ID"] == "000123"
    assert found["Ito, Ben"]["The class (12)"] == "3.00"
    assert found["Ng, Carla"]["The class (12)"] == ""
    assert found["    Points Possible"]["The class (12)"] == "6.00"
    assert form.notes == ()


@pytest.mark.parametrize(
    "student",
    [
        Student("Somebody", "124"),
        Student("Somebody", "0124"),
        Student("Somebody", email="bito@example.org"),
        Student("Ben Ito"),
        Student("Itô, Ben"),
        Student("itoben", account="1002"),
        Student("Somebody", account="1002"),
    ],
)
def test_a_student_is_found_by_what_is_known(
    exercise: Exercise, tmp_path: Path, student: Student
) -> None:
    book = Book(exercise, (graded(exercise, "a", student),))
    gradebook = sheet(tmp_path, GRADEBOOK)
    form = canvas_form(book, gradebook, column="The class (12)", is_from_canvas=True)
    assert rows(form, "ID")["1002"]["The class (12)"] == "5"
    assert rows(form, "ID")["1001"]["The class (12)"] == ""
    assert "Ben" in form.notes[0] or "replaced" in form.notes[0]


@pytest.mark.parametrize("name", ["000123", "anna.huber", "huber-anna", "anna.huber@example.org"])
def test_a_hand_in_without_names_is_found_by_its_id(
    exercise: Exercise, tmp_path: Path, name: str
) -> None:
    book = Book(exercise, (graded(exercise, name),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK), column="The class")
    assert rows(form, "ID")["1001"]["The class (12)"] == "5"


def test_accounts_of_another_system_name_nobody(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, (graded(exercise, "a", Student("Somebody Else", account="1001")),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK), column="The class")
    assert rows(form, "ID")["1001"]["The class (12)"] == ""
    assert form.notes == (f"Not in {tmp_path / 'table.csv'} (1): Somebody Else (a)",)


def test_points_that_are_not_final_are_left_as_they_are(exercise: Exercise, tmp_path: Path) -> None:
    entries = (
        for_a_person(exercise, "a", Student("Anna Huber")),
        for_a_person(exercise, "b", Student("Ben Ito")),
        Entry("c", "unreadable", None, (Student("Carla Ng"),)),
    )
    form = canvas_form(Book(exercise, entries), sheet(tmp_path, GRADEBOOK), column="The class")
    points = [row["The class (12)"] for row in rows(form, "ID").values()][-4:]
    assert points == ["", "3.00", "", ""]
    assert any("not final (3): Anna Huber (a), Ben" in note for note in form.notes)


def test_grades_that_are_replaced_are_told(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, (graded(exercise, "b", Student("Ben Ito")),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK), column="The class")
    assert form.notes == ("Grades that are replaced (1): Ben Ito (b) 3.00 to 5",)


def test_what_a_person_wrote_in_place_of_points_stays(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, (graded(exercise, "b", Student("Ben Ito")),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK.replace("3.00", "EX")), column="The class")
    assert rows(form, "ID")["1002"]["The class (12)"] == "EX"
    assert form.notes == ("Left as they are, since they hold no number (1): Ben Ito (b): EX",)


def test_two_submissions_of_one_student_are_for_a_person(
    exercise: Exercise, tmp_path: Path
) -> None:
    anna = Student("Anna Huber", "123")
    book = Book(exercise, (graded(exercise, "a", anna), graded(exercise, "b", anna)))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK), column="The class")
    assert rows(form, "ID")["1001"]["The class (12)"] == ""
    assert "Anna Huber (a) and Anna Huber (b) are one line" in form.notes[0]


def test_a_surer_key_comes_before_a_name(exercise: Exercise, tmp_path: Path) -> None:
    text = GRADEBOOK.replace('"Ito, Ben"', '"Huber, Anna"')
    entries = (
        graded(exercise, "a", Student("Anna Huber", "124")),
        entry(exercise, "b", wrong(), trained(), students=(Student("Anna Huber"),)),
    )
    found = rows(
        canvas_form(Book(exercise, entries), sheet(tmp_path, text), column="The class"), "ID"
    )
    assert (found["1001"]["The class (12)"], found["1002"]["The class (12)"]) == ("2", "5")


def test_a_name_does_not_stand_against_a_number(exercise: Exercise, tmp_path: Path) -> None:
    entries = (
        graded(exercise, "a", Student("Anna Huber", "999")),
        graded(exercise, "b", Student("Ben Ito", "124")),
    )
    form = canvas_form(Book(exercise, entries), sheet(tmp_path, GRADEBOOK), column="The class")
    found = rows(form, "ID")
    assert (found["1001"]["The class (12)"], found["1002"]["The class (12)"]) == ("", "5")
    assert "Anna Huber (a)" in form.notes[0]


def test_numbers_of_another_register_stand_against_nobody(
    exercise: Exercise, tmp_path: Path
) -> None:
    entries = (
        graded(exercise, "a", Student("Anna Huber", "S-1")),
        graded(exercise, "b", Student("Ben Ito", "S-2")),
    )
    found = rows(
        canvas_form(Book(exercise, entries), sheet(tmp_path, GRADEBOOK), column="The class"), "ID"
    )
    assert (found["1001"]["The class (12)"], found["1002"]["The class (12)"]) == ("5", "5")


def test_two_of_one_name_are_not_told_apart_by_it(exercise: Exercise, tmp_path: Path) -> None:
    text = GRADEBOOK.replace('"Ito, Ben"', '"Huber, Anna"')
    book = Book(exercise, (graded(exercise, "a", Student("Anna Huber")),))
    form = canvas_form(book, sheet(tmp_path, text), column="The class")
    assert [row["The class (12)"] for row in rows(form, "ID").values()][-4:] == ["", "3.00", "", ""]
    assert form.notes[0].startswith("Not in")


def test_every_member_of_a_group_gets_the_points(exercise: Exercise, tmp_path: Path) -> None:
    group = graded(exercise, "g", Student("Anna Huber"), Student("Carla Ng"))
    form = canvas_form(Book(exercise, (group,)), sheet(tmp_path, GRADEBOOK), column="The class")
    found = rows(form, "ID")
    assert (found["1001"]["The class (12)"], found["1003"]["The class (12)"]) == ("5", "5")


def test_the_column_of_the_exercise_s_title(exercise: Exercise, tmp_path: Path) -> None:
    text = GRADEBOOK.replace("The class (12)", f"{exercise.title} (12)")
    book = Book(exercise, (graded(exercise, "a", Student("Anna Huber")),))
    assert f"{exercise.title} (12)" in canvas_form(book, sheet(tmp_path, text)).text


def test_a_column_that_is_not_clear_is_asked_for(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, ())
    for column in ("", "Other"):
        with pytest.raises(UsageError, match="--canvas-column") as caught:
            canvas_form(book, sheet(tmp_path, GRADEBOOK), column=column)
        assert "'Quiz (11)', 'The class (12)'" in str(caught.value)


def test_points_are_not_scaled_in_silence(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, (graded(exercise, "a", Student("Anna Huber")),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK.replace("6.00", "100")), column="The class")
    assert form.notes == ("The system counts 100 points, the exercise 6: nothing was scaled.",)


def test_canvas_from_what_is_known(exercise: Exercise) -> None:
    entries = (
        graded(exercise, "a", Student("huberanna", account="1001")),
        for_a_person(exercise, "b", Student("=ito", "124", "b@example.org")),
    )
    found = rows(canvas_form(Book(exercise, entries), is_from_canvas=True), "Student")
    assert (found["huberanna"]["ID"], found["huberanna"][exercise.title]) == ("1001", "5")
    assert (found["'=ito"]["SIS User ID"], found["'=ito"][exercise.title]) == ("124", "")


def test_moodle_s_own_worksheet_with_grades_and_comments(
    exercise: Exercise, tmp_path: Path
) -> None:
    entries = (
        graded(exercise, "a", Student("Anna", account="101")),
        graded(exercise, "b", Student("Ben", account="102")),
    )
    form = moodle_form(Book(exercise, entries), sheet(tmp_path, WORKSHEET), is_from_moodle=True)
    found = rows(form, "Identifier")
    anna, ben, carla = (found[f"Participant {number}"] for number in (101, 102, 103))
    assert (anna["Grade"], ben["Grade"], carla["Grade"]) == ("5", "5", "")
    assert anna["Feedback comments"].startswith("Graded automatically: 5 of 6 points.<br/>")
    assert html.unescape(ben["Feedback comments"]) == "- a person's\ncomment"
    assert carla["Feedback comments"] == ""
    assert anna["Last modified (submission)"] == "Tuesday, 3 November 2026, 10:00 AM"
    assert anna["Last modified (grade)"] == "-"
    assert list(anna) == list(csv.DictReader(io.StringIO(WORKSHEET)).fieldnames or ())


def test_no_comment_on_points_that_are_not_written(exercise: Exercise, tmp_path: Path) -> None:
    text = WORKSHEET.replace('- Graded",3.00', '- Graded",Passed').replace(
        "- a person's\ncomment", ""
    )
    book = Book(exercise, (graded(exercise, "b", Student("Ben Ito")),))
    found = rows(moodle_form(book, sheet(tmp_path, text)), "Full name")["Ben Ito"]
    assert (found["Grade"], found["Feedback comments"]) == ("Passed", "")


def test_an_earlier_comment_of_ours_is_replaced(exercise: Exercise, tmp_path: Path) -> None:
    text = WORKSHEET.replace("- a person's\ncomment", "Graded automatically: 1 of 6 points.")
    book = Book(exercise, (graded(exercise, "b", Student("Ben Ito")),))
    found = rows(moodle_form(book, sheet(tmp_path, text)), "Full name")
    assert found["Ben Ito"]["Feedback comments"].startswith("Graded automatically: 5 of 6")


def test_a_worksheet_in_german_as_excel_saves_it(exercise: Exercise, tmp_path: Path) -> None:
    text = (
        "ID;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung;Feedback als Kommentar\n"
        "Teilnehmer/in101;Jörg Müller;joerg@example.org;;;6,00;\n"
    )
    book = Book(exercise, (graded(exercise, "a", Student("J", email="joerg@example.org")),))
    given = sheet(tmp_path, text, "cp1252")
    form = moodle_form(book, given)
    (row,) = rows(form, "ID", ";").values()
    assert (row["Vollständiger Name"], row["Bewertung"]) == ("Jörg Müller", "5")
    assert form.notes == ()


def test_comments_show_no_hidden_question_and_no_markup_of_the_student(
    make_exercise: Callable[..., Exercise], tmp_path: Path
) -> None:
    body = samples.BODY.replace("kind: training,", "kind: training, visibility: hidden,")
    exercise = make_exercise(body)
    line = 'You wrote <script>x<=-1</script>;=cmd, -2 "=3'
    one = entry(
        exercise, "a", wrong(line=line), trained(line="secret"), students=(Student("Anna Huber"),)
    )
    found = rows(moodle_form(Book(exercise, (one,)), sheet(tmp_path, WORKSHEET)), "Full name")
    comment = found["Anna Huber"]["Feedback comments"]
    assert "secret" not in comment
    assert "<script>" not in comment
    assert line in html.unescape(comment.replace("<br/>", "\n"))
    assert not any(f"{mark}{sign}" in comment for mark in ';,"' for sign in "=-+@")
    assert "'=" not in comment


def test_long_comments_end_whole(make_exercise: Callable[..., Exercise], tmp_path: Path) -> None:
    questions = "".join(
        f"  - {{id: q{n}, kind: expression, title: Q, points: 1, symbols: {{x: real}}, answer: x}}\n"
        for n in range(40)
    )
    exercise = make_exercise(f"questions:\n{questions}")
    outcomes = [wrong(question=f"q{n}", line="<&>" * 40) for n in range(40)]
    one = entry(exercise, "a", *outcomes, students=(Student("Anna Huber"),))
    found = rows(moodle_form(Book(exercise, (one,)), sheet(tmp_path, WORKSHEET)), "Full name")
    comment = found["Anna Huber"]["Feedback comments"]
    assert comment.endswith("There is more in the full report.")
    assert len(comment) <= 1000


def test_moodle_from_what_is_known(exercise: Exercise) -> None:
    entries = (
        graded(exercise, "a", Student("Anna", email="a@example.org", account="101")),
        for_a_person(exercise, "b", Student("Ben", account="102")),
    )
    found = rows(moodle_form(Book(exercise, entries), is_from_moodle=True), "Identifier")
    assert found["Participant 101"]["Grade"] == "5"
    assert found["Participant 101"]["Feedback comments"]
    assert (found["Participant 102"]["Grade"], found["Participant 102"]["Feedback comments"]) == (
        "",
        "",
    )


def test_names_in_a_table_are_disarmed(exercise: Exercise, tmp_path: Path) -> None:
    text = WORKSHEET.replace('"Carla Ng"', '"=HYPERLINK(""http://evil"")"')
    form = moodle_form(Book(exercise, ()), sheet(tmp_path, text))
    assert rows(form, "Identifier")["Participant 103"]["Full name"].startswith("'=")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_form_is_written_as_the_table_was(
    exercise: Exercise, tmp_path: Path, mark: str, delimiter: str
) -> None:
    text = GRADEBOOK if delimiter == "," else GRADEBOOK.replace(", ", "~").replace(",", delimiter)
    form = canvas_form(Book(exercise, ()), sheet(tmp_path, mark + text), column="Quiz")
    assert form.text.startswith("\ufeff") == bool(mark)
    assert delimiter in form.text.split("\r\n")[0]
    assert rows(form, "ID", delimiter)["1001"]["Quiz (11)"] == "4.00"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no CSV"),
        ("Student\nx\n", "no CSV"),
        ("a,b\n1,2\n", "no gradebook that Canvas exported"),
    ],
)
def test_another_file_gets_one_line(
    exercise: Exercise, tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        canvas_form(Book(exercise, ()), sheet(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_a_worksheet_given_as_a_gradebook_and_the_reverse(
    exercise: Exercise, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no column 'Student'"):
        canvas_form(Book(exercise, ()), sheet(tmp_path, WORKSHEET))
    with pytest.raises(UsageError, match="no column 'Grade'"):
        moodle_form(Book(exercise, ()), sheet(tmp_path, GRADEBOOK))
    with pytest.raises(UsageError, match="cannot be read"):
        read_sheet(tmp_path / "missing.csv")


PEOPLE = st.lists(
    st.tuples(st.sampled_from(["Anna", "Ben", "Carla"]), st.integers(1, 9), st.booleans()),
    max_size=6,
    unique_by=lambda person: person[1],
)


@given(in_class=PEOPLE, in_table=PEOPLE)
def test_nobody_gets_the_line_of_another_number(
    in_class: list[tuple[str, int, bool]], in_table: list[tuple[str, int, bool]]
) -> None:
    found = [
        Score(Entry(f"s{number}", "failed", None, (student,)), student, 1.0)
        for name, number, is_known in in_class
        for student in [Student(name, str(number) if is_known else "")]
    ]
    lines = [Line(number=str(number), name=name) for name, number, _ in in_table]
    matched = match(found, lines, by_account=False, table="t")
    numbers = {line.number for line in lines}
    has_matched = any(score.student.number in numbers for score in found)
    for index, score in matched.scores.items():
        line, student = lines[index], score.student
        assert line.number == student.number or line.name == student.name
        if student.number in numbers or (student.number and has_matched):
            assert line.number == student.number
    for score in found:
        if score.student.number in numbers:
            assert score in matched.scores.values()
