"""Tables as Canvas and Moodle give them, and what a form's rows hold."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from autograder.exercise.model import Exercise
from autograder.reports.book import Entry
from autograder.reports.upload_forms import Form, Sheet, read_sheet
from autograder.submission.roster import Student
from tests.reports.page.samples import entry, right, trained, written

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
