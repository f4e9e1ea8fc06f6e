from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.authoring.notebook import notebook_from_script
from autograder.authoring.template import template_files, write_template
from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session
from autograder.submission.collect import collect


@pytest.mark.parametrize("form", ["md", "tex", "yaml"])
def test_a_starter_asks_every_written_question_and_answers_none(
    ps09: Exercise, tmp_path: Path, form: str
) -> None:
    write_template(ps09, tmp_path, form)  # type: ignore[arg-type]
    ids = [question.id for question in ps09.questions]
    found = collect([tmp_path], ids, notebook="ex09.ipynb")
    assert found.notes == ()
    assert {"sgdm-m", "scaling", "receptive-field"} <= set(found.answers)
    assert all(answer.is_blank for answer in found.answers.values())


@pytest.mark.parametrize(
    ("form", "fill"),
    [
        ("md", lambda text, i, a: text.replace(f"### {i}\n", f"### {i}\n\n{a}\n")),
        ("tex", lambda text, i, a: text.replace(f"\\answer{{{i}}}{{}}", f"\\answer{{{i}}}{{{a}}}")),
        ("yaml", lambda text, i, a: text.replace(f"\n{i}: ''", f'\n{i}: "{a}"')),
    ],
)
def test_a_starter_that_is_filled_in_is_graded(
    ps09: Exercise, hand_in: Callable[..., Path], session: Session, form: str, fill
) -> None:
    text = template_files(ps09, form)[f"answers.{form}"]  # type: ignore[arg-type]
    text = fill(text, "sgdm-m", "c*(1 - beta^t)/(1 - beta)")
    folder = hand_in({f"answers.{form}": text})
    graded = grade(ps09, [folder], Options(select="sgdm"), session=session)
    assert [outcome.credit for outcome in graded.outcomes] == [1.0, 0.0]


def test_a_starter_shows_prompts_points_and_symbols(ps09: Exercise) -> None:
    text = template_files(ps09)["answers.md"]
    assert "### receptive-field" in text
    assert "> **3.3 Receptive field** (6 points)" in text
    assert "`W_in` is the width of the input" in text
    assert "mistakes" not in text
    assert "prod_{i=1}^{j-1} S_i" not in text.replace("`prod_{i=1}^{j-1} ...`", "")


def test_the_notebook_is_a_notebook(ps09: Exercise) -> None:
    content = json.loads(template_files(ps09)["ex09.ipynb"])
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in content["cells"]}) == len(content["cells"])
    code = "\n".join("".join(c["source"]) for c in content["cells"] if c["cell_type"] == "code")
    for name in (
        "get_dataloaders",
        "get_mlp",
        "get_cnn",
        "train_epoch",
        "ResidualBlock",
        "def modify",
    ):
        assert name in code
    compile(code, "ex09", "exec")


def test_files_that_are_there_are_never_overwritten(ps09: Exercise, tmp_path: Path) -> None:
    (tmp_path / "answers.md").write_text("my work")
    with pytest.raises(UsageError, match="is there already"):
        write_template(ps09, tmp_path)
    assert (tmp_path / "answers.md").read_text() == "my work"
    assert not (tmp_path / "ex09.ipynb").exists()


def test_scripts_become_notebooks() -> None:
    script = "# %% [markdown]\n# # Title\n#\n# text\n\n# %%\nx = 1\n\n# %% include given.py\n# %%\n\ny = 2\n"
    cells = json.loads(notebook_from_script(script, lambda name: f"# {name}"))["cells"]
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in cells] == [
        ("markdown", "# Title\n\ntext"),
        ("code", "x = 1"),
        ("code", "# given.py"),
        ("code", "y = 2"),
    ]


def test_a_starter_that_is_missing_is_said(
    make_exercise: Callable[..., Exercise], tmp_path: Path
) -> None:
    exercise = make_exercise(
        "code: {starter: missing.py}\nquestions:\n"
        "  - {id: it, kind: expression, title: It, symbols: {x: real}, answer: x}\n"
    )
    with pytest.raises(UsageError, match="the starter cannot be read"):
        write_template(exercise, tmp_path / "out")
