"""Writes what a student starts from: a file for the written answers, and the code to fill in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from autograder.authoring.notebook import notebook_from_script
from autograder.checks.catalogue import kind_of
from autograder.errors import UsageError
from autograder.exercise.model import Exercise, Question
from autograder.reports.count import counted

Format = Literal["md", "tex", "yaml"]
# An answer by question id: a text, or the texts of its fields.
Answers = Mapping[str, "str | Mapping[str, str]"]


def template_files(exercise: Exercise, form: Format = "md") -> dict[str, str]:
    """The starter's files by name: the answers file and, where there is code, its starter."""
    files: dict[str, str] = {}
    if any(not kind_of(question).needs_code for question in exercise.questions):
        files[f"answers.{form}"] = answers_file(exercise, form, {})
    starter = exercise.code.starter
    if starter:
        text = _starter(exercise)
        notebook = exercise.code.notebook
        if notebook and starter.endswith(".py"):
            files[notebook] = notebook_from_script(text, lambda name: _code(exercise, name))
        else:
            files[Path(starter).name] = text
    return files


def answers_file(exercise: Exercise, form: Format, answers: Answers) -> str:
    """The file for the written answers, with those filled in that are given, by question."""
    return _WRITERS[form](exercise, answers)


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


def _written(exercise: Exercise) -> Iterator[tuple[str, Question]]:
    """The written questions with their numbers."""
    numbers = exercise.numbers()
    for question in exercise.questions:
        if not kind_of(question).needs_code:
            yield numbers[question.id], question


def _points(question: Question) -> str:
    return counted(question.points, "point")


def _symbols(exercise: Exercise, question: Question) -> str:
    """What the symbols of a question stand for, as far as the author said."""
    declared = {**exercise.symbols, **question.symbols}
    said = [f"`{name}` is {spec.about}" for name, spec in declared.items() if spec.about]
    return f"Symbols: {'; '.join(said)}." if said else ""


def _markdown(exercise: Exercise, answers: Answers) -> str:
    lines = [
        f"# {exercise.title}",
        "",
        "Write each answer below its heading, in plain text such as `c*(1 - beta^t)` or in LaTeX. Keep",
        "the headings: they say which question you answer. Quoted lines are no part of an answer.",
    ]
    section = None
    for number, question in _written(exercise):
        if question.section != section:
            section = question.section
            lines += ["", *_section_lines(exercise, section)]
        quoted = [f"**{number} {question.title}** ({_points(question)})", ""]
        quoted += question.prompt.strip().split("\n")
        for extra in (question.answer_hint.strip(), _symbols(exercise, question)):
            quoted += ["", *extra.split("\n")] if extra else []
        lines += ["", f"### {question.id}", "", *(f"> {line}".rstrip() for line in quoted), ""]
        lines.append(_text(answers.get(question.id, "")))
    return "\n".join(lines).rstrip("\n") + "\n"


def _section_lines(exercise: Exercise, identifier: str) -> list[str]:
    for place, section in enumerate(exercise.sections, 1):
        if section.id == identifier:
            return [f"## {place}. {section.title}", "", *section.text.strip().split("\n")]
    return []


def _tex(exercise: Exercise, answers: Answers) -> str:
    lines = [
        r"\documentclass{article}",
        r"\usepackage{amsmath, amssymb}",
        r"\newcommand{\answer}[2]{\par\noindent\textbf{#1:} \[#2\]}",
        r"\begin{document}",
        rf"\section*{{{_tex_text(exercise.title)}}}",
        "% Fill in the second pair of braces; formulas need no dollar signs.",
    ]
    for number, question in _written(exercise):
        lines += [
            "",
            rf"\subsection*{{{number} {_tex_text(question.title)} ({_points(question)})}}",
        ]
        comments = [question.prompt.strip(), question.answer_hint.strip()]
        comments.append(_symbols(exercise, question))
        for text in filter(None, comments):
            lines += [f"% {line}".rstrip() for line in text.split("\n")]
        answer = _text(answers.get(question.id, ""))
        lines.append(rf"\answer{{{question.id}}}{{{answer}}}")
    return "\n".join([*lines, "", r"\end{document}"]) + "\n"


def _tex_text(text: str) -> str:
    return text.replace("&", r"\&").replace("%", r"\%").replace("_", r"\_").replace("#", r"\#")


def _yaml(exercise: Exercise, answers: Answers) -> str:
    lines = [
        f"# {exercise.title}",
        "# Write each answer after its id, in quotes; a longer one after | on lines of its own.",
    ]
    for number, question in _written(exercise):
        lines += ["", f"# {number} {question.title} ({_points(question)})"]
        comments = [question.prompt.strip(), question.answer_hint.strip()]
        comments.append(_symbols(exercise, question))
        for text in filter(None, comments):
            lines += [f"# {line}".rstrip() for line in text.split("\n")]
        fields = getattr(question, "fields", None)
        answer = answers.get(question.id, "")
        if isinstance(fields, dict):
            given = answer if isinstance(answer, Mapping) else {}
            lines.append(f"{question.id}:")
            lines += [f"  {json.dumps(field)}: {_quoted(given.get(field, ''))}" for field in fields]
        else:
            lines.append(f"{question.id}: {_quoted(_text(answer))}")
    return "\n".join(lines) + "\n"


def _text(answer: str | Mapping[str, str]) -> str:
    """An answer on its own: fields become lines of `name: value`."""
    if isinstance(answer, str):
        return answer
    return "\n".join(f"{name}: {value}" for name, value in answer.items())


def _quoted(text: str) -> str:
    """A text as YAML in quotes."""
    return json.dumps(text, ensure_ascii=False) if text else "''"


_WRITERS: Final[dict[Format, Callable[[Exercise, Answers], str]]] = {
    "md": _markdown,
    "tex": _tex,
    "yaml": _yaml,
}
