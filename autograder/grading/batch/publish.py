"""What a run is for: the reports of a class, made from its book and its times."""

from __future__ import annotations

from typing import Final

from autograder.grading.batch.alike import as_json
from autograder.grading.batch.store import Store
from autograder.reports.book import Book
from autograder.reports.changes import changes_csv, changes_json
from autograder.reports.grades_csv import grades_csv
from autograder.reports.page import class_page, similar_page, student_page

GRADES_FILE: Final = "grades.csv"
REPORT_FILE: Final = "report.html"
STUDENT_FILE: Final = "index.html"
SIMILAR_FILE: Final = "similar.html"
CHANGES_FILE: Final = "changes.csv"
CHANGES_DATA: Final = "changes.json"
SIMILAR_DATA: Final = "similar.json"


def publish(book: Book, store: Store) -> None:
    """Write grades.csv, report.html, and a page for each student; of a part of a class, too.

    Where submissions that agree were looked for, similar.html and similar.json show them.

    Raises:
        InternalError: one cannot be written.
    """
    for entry in book.entries:
        store.write(f"submissions/{entry.id}/{STUDENT_FILE}", student_page(book, entry))
    seconds = {name: times.total for name, times in store.times().items()}
    known = {entry.id: seconds[entry.id] for entry in book.entries if entry.id in seconds}
    store.write(GRADES_FILE, grades_csv(book), sync=True)
    store.write(REPORT_FILE, class_page(book, known, book.pairs), sync=True)
    if book.pairs is not None:
        store.write(SIMILAR_DATA, as_json(book.pairs), sync=True)
        page = similar_page(book.exercise, book.pairs, len(book.entries))
        store.write(SIMILAR_FILE, page, sync=True)
    if book.changes is not None:
        store.write(CHANGES_FILE, changes_csv(book.changes), sync=True)
        store.write(CHANGES_DATA, changes_json(book.changes), sync=True)
