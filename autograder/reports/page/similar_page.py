"""The page on which staff look at hand-ins that agree: what they share, side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from autograder.exercise.model import Exercise
from autograder.reports.page.frame import render
from autograder.submission.similarity.chance import ALARM
from autograder.submission.similarity.work import Pair


def similar_page(exercise: Exercise, pairs: Sequence[Pair], compared: int) -> str:
    """The page of `similar.html`: each pair with the parts it shares, out of `compared` hand-ins."""
    titles = {question.id: question.title for question in exercise.questions}
    return render(
        "similar.html",
        exercise=exercise,
        pairs=pairs,
        compared=compared,
        alarm=ALARM,
        titles=titles,
        dedent=textwrap.dedent,
    )
