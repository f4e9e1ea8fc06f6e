"""Who handed in what: one hand-in of a class, with its students and when it came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from autograder.submission.files import FileSet


@dataclass(frozen=True)
class Student:
    """Somebody who handed in; every part may be unknown.

    `number` is the university's number of the student (Gradescope's SID, Moodle's ID number),
    `account` the number or name that the system which exported the class uses.
    """

    name: str = ""
    number: str = ""
    email: str = ""
    account: str = ""


@dataclass(frozen=True)
class HandIn:
    """One submission of a class.

    `id` is unique in the class and fit for a folder's name. `students` has several members for a
    group and none where nobody is named. `submitted` is a time in ISO 8601; `late_seconds` counts from
    the due time with the student's extension, 0 when in time, None where no due time is known;
    `is_marked_late` is what a system says that tells no more. `read` gives the files.
    """

    id: str
    read: Callable[[], FileSet] = field(compare=False)
    students: tuple[Student, ...] = ()
    submitted: str = ""
    late_seconds: float | None = None
    is_marked_late: bool = False
    notes: tuple[str, ...] = ()
