"""A student's answers as the files that are handed in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from benchmarks.classroom.bank import Answer
from benchmarks.classroom.students import Student

_GREEK = {"beta_1": "β₁", "beta_2": "β₂", "beta": "β", "eta": "η"}
_SIGNS = {"*": "·", " - ": " − ", "^2": "²", "sum_": "∑_", "prod_": "∏_"}
_TEX = (
    r"\documentclass{article}",
    r"\usepackage{amsmath}",
    r"\newcommand{\answer}[2]{\par\textbf{#1:} \[#2\]}",
    r"\begin{document}",
)


def written_files(student: Student) -> dict[str, bytes]:
    """The file of written answers by its name, and what came along with it."""
    text = _WRITERS[student.format](student)
    name = f"answers.{student.format}"
    if student.odd == "renamed":
        name = f"Homework 9.{student.format}"
    files = {name: _encoded(text, student)}
    if student.odd == "litter":
        files |= {
            ".DS_Store": b"\0\0\0\1Bud1",
            f"__MACOSX/._{name}": b"\0\5\26\7",
            "todo.log": b"?",
        }
    return files


def _encoded(text: str, student: Student) -> bytes:
    if student.odd == "utf-16":
        return text.encode("utf-16")
    if student.odd == "crlf":
        return text.replace("\n", "\r\n").encode()
    return text.encode()


def _markdown(student: Student) -> str:
    blocks = [f"# Problem set 9\n\nStudent {student.number}\n"]
    for name, answer in student.answers.items():
        blocks.append(f"## {name}\n\n{_text(answer, student, md=True)}\n")
    return "\n".join(blocks)


def _tex(student: Student) -> str:
    lines = [*_TEX, f"% student {student.number}"]
    for name, answer in student.answers.items():
        lines.append(rf"\answer{{{name}}}{{{_text(answer, student)}}}")
    return "\n".join([*lines, r"\end{document}", ""])


def _yaml(student: Student) -> str:
    lines = [f"# Student {student.number}"]
    for name, answer in student.answers.items():
        if answer.fields is None:
            lines.append(f"{name}: {json.dumps(_text(answer, student), ensure_ascii=False)}")
        else:
            shown = json.dumps(dict(answer.fields), ensure_ascii=False)
            lines.append(f"{name}: {shown}")
    return "\n".join([*lines, ""])


def _text(answer: Answer, student: Student, md: bool = False) -> str:
    if answer.fields is not None:
        separator = ", " if student.number % 2 else "\n"
        names = {"sgdm": "SGDM", "adam": "Adam"}
        parts = [f"{names.get(key, key)}: {value}" for key, value in answer.fields.items()]
        return _garbled(separator.join(parts), student)
    text = answer.text if answer.latex else styled(answer.text, student.style)
    if answer.left and "=" not in answer.text and student.number % 5 == 0:
        text = f"{answer.left} = {text}"
    if answer.latex and md and text:
        text = f"$${text}$$" if student.number % 3 else f"${text}$"
    return _garbled(text, student)


def _garbled(text: str, student: Student) -> str:
    """UTF-8 that was read as Mac Roman, as happens to text copied out of some PDF readers."""
    return text.encode().decode("mac_roman") if student.odd == "garbled" else text


def styled(text: str, style: str) -> str:
    """A formula in plain text in a student's notation."""
    if style == "tight":
        return re.sub(r" ?([-+*/]) ?", r"\1", text)
    if style == "stars":
        return text if "{" in text else text.replace("^", "**")
    if style == "unicode":
        for old, new in (*_GREEK.items(), *_SIGNS.items()):
            text = (
                re.sub(rf"(?<![a-z]){old}(?![a-z_])", new, text)
                if old in _GREEK
                else text.replace(old, new)
            )
    return text


_WRITERS: dict[str, Callable[[Student], str]] = {"md": _markdown, "tex": _tex, "yaml": _yaml}
