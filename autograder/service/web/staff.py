"""Every address of the instructor's pages."""

from __future__ import annotations

from starlette.routing import Route

from autograder.service.web import (
    again,
    amending,
    classlist,
    course,
    evidence,
    exports,
    grading,
    health,
    people,
    validation,
    versions,
)


def routes() -> list[Route]:
    """The pages about the course, an exercise's class, a submission, people."""
    pages = (
        course, people, health, amending, validation, versions, exports, again, grading, evidence,
        classlist,
    )  # fmt: skip
    return [route for page in pages for route in page.routes()]
