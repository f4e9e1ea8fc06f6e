"""Prompts as LaTeX: formulas as they are, everything else escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from autograder.authoring.template import template_files
from autograder.authoring.typeset import as_latex
from autograder.checks.grade import Grade
from autograder.exercise.model import Exercise


@pytest.mark.parametrize(
    ("markdown", "latex"),
    [
        ("What is $m^{(t)}$?", "What is $m^{(t)}$?"),
        ("50 % of a_b & #1", r"50 \% of a\_b \& \#1"),
        ("call `get_cnn(x)` for {}", r"call \texttt{get\_cnn(x)} for \{\}"),
        ("**not** so", r"\textbf{not} so"),
        ("β is 5×5", r"$\beta$ is 5$\times$5"),
        (r"a \ b ~ c^2", r"a \textbackslash{} b \textasciitilde{} c\textasciicircum{}2"),
        ("$$a_1 & b$$", "$$a_1 & b$$"),
    ],
)
def test_prompts_become_latex(markdown: str, latex: str) -> None:
    assert as_latex(markdown) == latex


def test_every_prompt_is_typeset_and_no_comment(ps09: Exercise) -> None:
    text = template_files(ps09, "tex")["answers.tex"]
    assert "What is SGDM's $m^{(t)}$?" in text
    assert r"\answer{sgdm-m}{}" in text
    body = re.sub(r"\$[^$]*\$|\\texttt\{[^}]*\}", "", text.partition(r"\begin{document}")[2])
    assert body.isascii() or not re.search("[α-ω×−≤≥]", body)


def test_a_notebook_holds_code_and_questions(
    ps09: Exercise, grade_files: Callable[..., Grade]
) -> None:
    files = template_files(ps09, "ipynb")
    assert list(files) == ["ex09.ipynb"]
    document = json.loads(files["ex09.ipynb"])
    assert len({cell["id"] for cell in document["cells"]}) == len(document["cells"])
    for cell in document["cells"]:
        if cell["cell_type"] == "markdown" and cell["source"][0].startswith("### sgdm-m"):
            cell["source"].append("\n$c\\frac{1-\\beta^t}{1-\\beta}$")
    graded = grade_files(ps09, {"ex09.ipynb": json.dumps(document)}, select="sgdm-m or sgdm-w")
    assert [outcome.credit for outcome in graded.outcomes] == [1.0, 0.0]


def test_words_in_latex_are_read_without_their_box(
    make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]
) -> None:
    exercise = make_exercise(
        "questions:\n  - {id: why, kind: text, title: Why, rubric: [{says: It is a product.}]}\n"
    )
    starter = template_files(exercise, "tex")["answers.tex"]
    assert grade_files(exercise, {"answers.tex": starter}).outcomes[0].outcome == "unanswered"
    filled = starter.replace(r"\words{}", r"\words{It is a product.}")
    outcome = grade_files(exercise, {"answers.tex": filled}).outcomes[0]
    assert outcome.outcome == "person"
    assert outcome.data["answer"] == "It is a product."
