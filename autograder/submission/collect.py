"""From files to answers: one written answer for each question and all the code, with notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from autograder.digest import files_digest
from autograder.submission.files import FileSet, read_files
from autograder.submission.model import Source, Submission
from autograder.submission.notebook import Notebook, read_notebook
from autograder.submission.text import decode
from autograder.submission.written import Written, read_markdown, read_tex, read_yaml

MAX_TEXT_BYTES: Final = 2 << 20
MAX_NOTES: Final = 40
_WRITTEN: Final = {"answers.yaml": read_yaml, "answers.md": read_markdown, "answers.tex": read_tex}
_FAMILIES: Final = {
    ".yaml": "answers.yaml",
    ".yml": "answers.yaml",
    ".md": "answers.md",
    ".markdown": "answers.md",
    ".txt": "answers.md",
    ".tex": "answers.tex",
}
_PASSED_OVER: Final = frozenset(("readme.md", "readme.txt", "requirements.txt", "setup.py"))


def collect(
    paths: Sequence[Path],
    questions: Sequence[str],
    *,
    notebook: str = "",
    names: Iterable[str] = (),
) -> Submission:
    """Read a hand-in.

    `questions` are the ids that may be answered, `notebook` the file name the exercise expects, and
    `names` the definitions that are graded, which tell the right notebook among several.

    Raises:
        SubmissionError: a path does not exist.
    """
    return collect_files(read_files(paths), questions, notebook=notebook, names=names)


def collect_files(
    found: FileSet,
    questions: Sequence[str],
    *,
    notebook: str = "",
    names: Iterable[str] = (),
) -> Submission:
    """The same of files that have been read; their notes go on in the submission's."""
    written = Written(notes=list(found.notes), unread=list(found.unread))
    for file, kind in _written_files(found, written):
        _WRITTEN[kind](_text(found, file, written), file, questions, written)
    sources = _code(found, notebook, tuple(names), questions, written)
    if not sources and not written.answers:
        written.notes.append(_nothing_found(found, notebook))
    return Submission(
        written.answers,
        sources,
        _bounded(written.notes),
        digest(found),
        problem=found.problem,
        unread=tuple(written.unread),
    )


def _text(found: FileSet, file: str, written: Written) -> str:
    """A file's text, whatever its encoding, and not more of it than a person writes."""
    data = found.files[file]
    text, encoding = decode(data[:MAX_TEXT_BYTES])
    if encoding:
        written.notes.append(f"{file} is not UTF-8; it was read as {encoding}.")
    if len(data) > MAX_TEXT_BYTES:
        written.note_unread(
            f"{file} is longer than {MAX_TEXT_BYTES >> 20} MiB; the rest was not read."
        )
    return text


def _bounded(notes: Sequence[str]) -> tuple[str, ...]:
    """The notes that somebody can read, and how many more there are."""
    more = len(notes) - MAX_NOTES
    rest = (f"There are {more} more notes like these.",) if more > 0 else ()
    return (*notes[:MAX_NOTES], *rest)


def _nothing_found(found: FileSet, notebook: str) -> str:
    """What was handed in instead of something that can be graded, and what is expected."""
    wanted = ", ".join(filter(None, (*_WRITTEN, notebook)))
    if found.unread and not found.files:
        return f"Nothing that can be graded could be read; expected are {wanted}."
    shown = ", ".join(sorted(found.files)[:5]) or "no file at all"
    more = f" and {len(found.files) - 5} more" if len(found.files) > 5 else ""
    return f"Nothing that can be graded was found: there is {shown}{more}; expected are {wanted}."


def digest(found: FileSet) -> str:
    """A fingerprint of the files that were read and of what was not, independent of their order."""
    unread = {"\0": "\n".join(sorted(found.unread)).encode()} if found.unread else {}
    return files_digest({**found.files, **unread})


def _written_files(found: FileSet, written: Written) -> list[tuple[str, str]]:
    """The files of written answers with their kinds: the expected names, or the only candidate."""
    chosen: list[tuple[str, str]] = []
    for kind in _WRITTEN:
        family = [name for name in sorted(found.files) if _family(name) == kind]
        expected = [name for name in family if _is_expected(name, kind)]
        if expected:
            chosen += [(name, kind) for name in expected]
        elif family:
            chosen += [(name, kind) for name in family]
            shown = ", ".join(family)
            written.notes.append(f"There is no {kind}; {shown} was read in its place.")
    return chosen


def _is_expected(name: str, kind: str) -> bool:
    path, expected = PurePosixPath(name.lower()), PurePosixPath(kind)
    return path.stem == expected.stem


def _family(name: str) -> str | None:
    path = PurePosixPath(name.lower())
    return None if path.name in _PASSED_OVER else _FAMILIES.get(path.suffix)


def _code(
    found: FileSet, expected: str, names: Sequence[str], questions: Sequence[str], written: Written
) -> tuple[Source, ...]:
    """Modules first, then the notebook's cells, so that the notebook has the last word."""
    sources = [
        Source(name, _text(found, name, written))
        for name in sorted(found.files)
        if name.lower().endswith(".py") and PurePosixPath(name).name.lower() not in _PASSED_OVER
    ]
    _note_twice(sources, names, written)
    notebook = _choose_notebook(found, expected, names, written)
    if notebook is None:
        return tuple(sources)
    read = read_notebook(found.files[notebook], notebook)
    if read.note and read.is_whole:
        written.notes.append(read.note)
    elif read.note:
        written.note_unread(read.note)
    for cell in read.cells:
        if cell.kind == "markdown":
            read_markdown(cell.text, notebook, questions, written, cell=cell.number)
    cells = _code_cells(read, notebook)
    _note_doubles(sources, cells, names, notebook, written)
    return (*sources, *cells)


def _code_cells(read: Notebook, name: str) -> list[Source]:
    label = PurePosixPath(name).name
    return [
        Source(f"{label}, cell {cell.number}", cell.text, is_cell=True)
        for cell in read.cells
        if cell.kind == "code" and cell.text.strip()
    ]


def _choose_notebook(
    found: FileSet, expected: str, names: Sequence[str], written: Written
) -> str | None:
    """The expected notebook, or the one among several that defines most of what is graded."""
    notebooks = [name for name in sorted(found.files) if name.lower().endswith(".ipynb")]
    if not notebooks:
        return None
    by_name = [n for n in notebooks if PurePosixPath(n).name.lower() == expected.lower()]
    candidates = by_name or notebooks
    best = max(candidates, key=lambda n: (_definitions(found.files[n], names), -len(n)))
    if len(notebooks) > 1:
        others = ", ".join(name for name in notebooks if name != best)
        written.notes.append(f"Of several notebooks, {best} is graded; {others} is not.")
    elif expected and not by_name:
        written.notes.append(f"The notebook is called {best} instead of {expected}; it was graded.")
    return best


def _definitions(data: bytes, names: Sequence[str]) -> int:
    """How many of the names a notebook seems to define; a guess that only orders candidates."""
    text = data.decode("utf-8", "ignore")
    return sum(_defines(text, name) for name in names)


def _defines(text: str, name: str) -> bool:
    return re.search(rf"(?:\b(?:def|class)\s+{name}\b|\b{name}\s*=[^=])", text) is not None


def _note_twice(modules: Sequence[Source], names: Sequence[str], written: Written) -> None:
    for name in names:
        labels = [module.label for module in modules if _defines(module.text, name)]
        if len(labels) > 1:
            where = f"{', '.join(labels[:-1])} and {labels[-1]}"
            written.notes.append(
                f"{name} is defined in {where}; the one in {labels[-1]} is graded."
            )


def _note_doubles(
    modules: Sequence[Source],
    cells: Sequence[Source],
    names: Sequence[str],
    notebook: str,
    written: Written,
) -> None:
    for name in names:
        twice = [module.label for module in modules if _defines(module.text, name)]
        if twice and any(_defines(cell.text, name) for cell in cells):
            where = f"{twice[-1]} and {notebook}"
            written.notes.append(f"{name} is defined in {where}; the notebook's is graded.")
