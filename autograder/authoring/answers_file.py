"""The file for written answers, in each format that students may hand in, with prompts to be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal

from autograder.authoring.notebook import markdown_notebook
from autograder.authoring.typeset import as_latex
from autograder.checks.catalogue import kind_of
from autograder.exercise.model import Exercise, Question
from autograder.reports.count import counted

Format = Literal["md", "tex", "yaml", "ipynb"]
# An answer by question id: a text, or the texts of its fields.
Answers = Mapping[str, "str | Mapping[str, str]"]


def answers_file(exercise: Exercise, form: Format, answers: Answers) -> str:
    """The file for the written answers, with those filled in that are given, by question."""
    return _WRITERS[form](exercise, answers)


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
    blocks = ["\n".join([f"# {exercise.title}", "", *_HOW_TO])]
    blocks += _blocks(exercise, answers)
    return "\n".join(blocks).rstrip("\n") + "\n"


_HOW_TO: Final = (
    "Write each answer below its heading, in plain text such as `c*(1 - beta^t)` or in LaTeX. Keep",
    "the headings: they say which question you answer. Quoted lines are no part of an answer.",
)


def _blocks(exercise: Exercise, answers: Answers) -> Iterator[str]:
    """Each section's text, if it has one, and each question's heading, prompt and answer."""
    section = None
    for number, question in _written(exercise):
        if question.section != section:
            section = question.section
            yield "\n".join(["", *_section_lines(exercise, section)])
        quoted = [f"**{number} {question.title}** ({_points(question)})", ""]
        quoted += question.prompt.strip().split("\n")
        for extra in (question.answer_hint.strip(), _symbols(exercise, question)):
            quoted += ["", *extra.split("\n")] if extra else []
        lines = ["", f"### {question.id}", "", *(f"> {line}".rstrip() for line in quoted), ""]
        yield "\n".join([*lines, _text(answers.get(question.id, ""))])


def _notebook(exercise: Exercise, answers: Answers) -> str:
    cells = ["\n".join([f"# {exercise.title}", "", *_HOW_TO])]
    cells += filter(str.strip, _blocks(exercise, answers))
    return markdown_notebook(cells)


def _section_lines(exercise: Exercise, identifier: str) -> list[str]:
    for place, section in enumerate(exercise.sections, 1):
        if section.id == identifier:
            return [f"## {place}. {section.title}", "", *section.text.strip().split("\n")]
    return []


_TEX_HEAD: Final = (
    r"\documentclass{article}",
    r"\usepackage{amsmath, amssymb}",
    r"\setlength{\parindent}{0pt}",
    r"\newcommand{\answer}[2]{\par\medskip\textbf{#1:} \[#2\]}",
    r"\newcommand{\words}[1]{\parbox{0.9\linewidth}{#1}}",
    r"\begin{document}",
)


def _tex(exercise: Exercise, answers: Answers) -> str:
    lines = [
        *_TEX_HEAD,
        rf"\section*{{{as_latex(exercise.title)}}}",
        "% Fill in the second pair of braces; formulas need no dollar signs. Words go into \\words{...}.",
    ]
    section = None
    for number, question in _written(exercise):
        if question.section != section:
            section = question.section
            lines += _tex_section(exercise, section)
        title = f"{number} {as_latex(question.title)} ({_points(question)})"
        lines += ["", rf"\subsection*{{{title}}}"]
        for text in (question.prompt.strip(), question.answer_hint.strip()):
            lines += [as_latex(text), ""] if text else []
        if symbols := _symbols(exercise, question):
            lines += [as_latex(symbols), ""]
        answer = _text(answers.get(question.id, ""))
        body = answer if answer or question.kind != "text" else r"\words{}"
        lines.append(rf"\answer{{{question.id}}}{{{body}}}")
    return "\n".join([*lines, "", r"\end{document}"]) + "\n"


def _tex_section(exercise: Exercise, identifier: str) -> list[str]:
    title, *rest = _section_lines(exercise, identifier) or [""]
    if not title:
        return []
    return [
        "",
        rf"\section*{{{as_latex(title.removeprefix('## '))}}}",
        as_latex("\n".join(rest[1:])),
    ]


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
    "ipynb": _notebook,
}
