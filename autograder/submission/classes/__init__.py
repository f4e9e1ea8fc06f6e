"""A class as it comes: folders, and what Gradescope, Moodle and Canvas give for download."""

from autograder.submission.classes.read import read_class
from autograder.submission.classes.roll import ClassRoll, Kind

__all__ = ["ClassRoll", "Kind", "read_class"]
