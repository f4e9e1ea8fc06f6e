"""Writes what a student starts from: a file for the written answers, and the code to fill in."""

from __future__ import annotations

from pathlib import Path

from autograder.authoring.answers_file import Format, answers_file
from autograder.authoring.notebook import joined, notebook_from_script
from autograder.checks.catalogue import kind_of
from autograder.errors import UsageError
from autograder.exercise.model import Exercise


def template_files(exercise: Exercise, form: Format = "md") -> dict[str, str]:
    """The starter's files by name: the answers file and, where there is code, its starter.

    As a notebook, the answers stand below the code in one file.
    """
    files: dict[str, str] = {}
    if any(not kind_of(question).needs_code for question in exercise.questions):
        files[f"answers.{form}"] = answers_file(exercise, form, {})
    starter = exercise.code.starter
    if starter:
        text = _starter(exercise)
        notebook = exercise.code.notebook
        if notebook and starter.endswith(".py"):
            code = notebook_from_script(text, lambda name: _code(exercise, name))
            answers = files.pop("answers.ipynb", None)
            files[notebook] = code if answers is None else joined(code, answers)
        else:
            files[Path(starter).name] = text
    return files


def _starter(exercise: Exercise) -> str:
    """The text of the starter.

    Raises:
        UsageError: there is no such file; a package for Gradescope leaves it out.
    """
    path = exercise.folder / exercise.code.starter
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: the starter cannot be read: {error.strerror}") from None


def write_template(exercise: Exercise, folder: Path, form: Format = "md") -> list[Path]:
    """Write the starter into a folder; files that are there already are never overwritten.

    Raises:
        UsageError: a file is there already.
    """
    files = template_files(exercise, form)
    present = [name for name in files if (folder / name).exists()]
    if present:
        raise UsageError(f"{folder / present[0]} is there already; give another folder with -o")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in files]


def _code(exercise: Exercise, name: str) -> str:
    """An included file's code without the words at its head, which speak to authors."""
    text = (exercise.folder / name).read_text(encoding="utf-8")
    if text.startswith('"""'):
        text = text[text.index('"""', 3) + 3 :]
    return text.strip("\n")
