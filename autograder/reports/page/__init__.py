"""Pages to read: `report.html` of a class for its staff, and one page to hand out per student."""

from autograder.reports.page.class_page import Pair, class_page
from autograder.reports.page.similar_page import similar_page
from autograder.reports.page.student_page import student_page

__all__ = ["Pair", "class_page", "similar_page", "student_page"]
