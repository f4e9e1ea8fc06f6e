"""What the API takes and gives; its OpenAPI document is made from these."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from autograder.service.live import LONGEST_ANSWER

MOST_WAIT: Final = 60.0
MOST_LISTED: Final = 200
_Text = Annotated[str, Field(max_length=LONGEST_ANSWER)]
_Base64 = Annotated[
    str,
    Field(pattern=r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"),
]


class Strict(BaseModel):
    """A body without unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """What stands behind the question mark of an address."""

    model_config = ConfigDict(allow_inf_nan=False)


class CheckRequest(Strict):
    """A written answer: a text, or the texts of its fields."""

    answer: _Text | dict[str, _Text]


class CheckReply(BaseModel):
    """What an answer is worth, and why."""

    outcome: str
    credit: float | None = Field(description="From 0 to 1; null when a person must look.")
    line: str
    evidence: str
    read_as: str = Field(description="The answer as it was read, in LaTeX.")


class HandInRequest(Strict):
    """Whose work it is, the written answers by question, and files by name in base 64."""

    student: Annotated[str, Field(min_length=1, max_length=320, description="Mail or number.")]
    answers: dict[str, _Text | dict[str, _Text]] = {}
    files: dict[str, _Base64] = {}


class HandInReply(BaseModel):
    """The submission that was stored."""

    id: str


class ResultQuery(Query):
    """How to ask for a result."""

    wait: float = Field(
        0.0, ge=0, le=MOST_WAIT, description="Seconds to wait for the grading to be over."
    )


class ResultReply(BaseModel):
    """A submission: `results` is Gradescope's results.json when its grading is done."""

    id: str
    exercise: str
    state: str = Field(description="waiting, leased, done or failed.")
    results: dict[str, Any] | None


class ListQuery(Query):
    """Which submissions to list."""

    since: float = Field(
        0.0,
        ge=0,
        le=1e11,
        description="Those handed in then or later, in seconds since 1970. One that was being stored "
        "when you asked last may be a little older than what you saw: ask for a minute more.",
    )
    after: str = Field("", max_length=32, description="`next` of the list before.")
    limit: int = Field(100, ge=1, le=MOST_LISTED)


class Student(BaseModel):
    """Whose submission it is."""

    name: str
    number: str
    email: str


class ListedReply(BaseModel):
    """One submission of a list."""

    id: str
    student: Student
    created: float = Field(description="Seconds since 1970.")
    state: str = Field(description="Of its newest grading: waiting, leased, done or failed.")


class ListReply(BaseModel):
    """Submissions, the oldest first; `next` is given as `after` to see more, null at the end."""

    submissions: list[ListedReply]
    next: str | None


class ExerciseReply(BaseModel):
    """An exercise with its written and code questions."""

    id: str
    title: str
    points: float
    questions: list[str]


class Problem(BaseModel):
    """Why a request was refused, in one line."""

    problem: str
