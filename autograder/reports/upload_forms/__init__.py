"""The forms in which Canvas and Moodle take grades: their own tables, given back with the points.

Points that are not final are left as the table has them: nothing of ours is a zero, and nothing that a
person wrote is lost.
"""

from autograder.reports.upload_forms.canvas import canvas_form
from autograder.reports.upload_forms.form import Form
from autograder.reports.upload_forms.moodle import moodle_form
from autograder.reports.upload_forms.sheet import Sheet, read_sheet, sheet_of
from autograder.reports.upload_forms.wanted import Wanted, read_wanted

__all__ = [
    "Form",
    "Sheet",
    "Wanted",
    "canvas_form",
    "moodle_form",
    "read_sheet",
    "read_wanted",
    "sheet_of",
]
