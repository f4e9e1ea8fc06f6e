"""Readers of hand-ins as they are often written, without a thought of who wrote them: controls.

Each reads root/submission and writes what a student would see as the output of results.json.
"""

from __future__ import annotations

import contextlib
import csv
import difflib
import io
import json
import os
import pickle
import re
import runpy
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.attacks import naive

Reader = Callable[[Path], Any]


def _reads(read: Reader) -> Callable[..., None]:
    """An operation that reads a submission and writes the results."""

    def operation(state: dict[str, Any], root: str, secret: str) -> None:
        os.chdir(root)
        place = Path(root)
        output = str(read(place / "submission"))
        results = {"score": 0.0, "output": output, "tests": []}
        (place / "results" / "results.json").write_text(json.dumps(results))

    return operation


def _formula(folder: Path) -> str:
    """The answer under the only heading."""
    return (folder / "answers.md").read_text().partition("# size\n")[2].strip()


@_reads
def sympify(folder: Path) -> Any:
    """As checkers on SymPy do: read by evaluating, then simplify the difference."""
    import sympy

    names = {name: sympy.Symbol(name, positive=True) for name in "WKS"}
    expected = sympy.sympify("floor((W - K)/S) + 1", locals=names)
    answer = sympy.sympify(_formula(folder).replace("^", "**"), locals=names)
    return sympy.simplify(sympy.expand(answer - expected)) == 0


@_reads
def rational(folder: Path) -> Any:
    """An exact number, because floats are not exact."""
    from fractions import Fraction

    return Fraction(_formula(folder))


@_reads
def evaluate(folder: Path) -> Any:
    """As quick checkers do."""
    return eval(_formula(folder))


@_reads
def yaml_text(folder: Path) -> Any:
    """The safe loader, and every value as text."""
    text = (folder / "answers.yaml").read_text()
    return {key: str(value) for key, value in yaml.safe_load(text).items()}


@_reads
def yaml_walk(folder: Path) -> Any:
    """The safe loader, and a walk through the value."""

    def leaves(value: Any) -> list[str]:
        return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else []

    return leaves(yaml.safe_load((folder / "answers.yaml").read_text())["size"])


@_reads
def yaml_any(folder: Path) -> Any:
    """The loader that makes objects."""
    return yaml.unsafe_load((folder / "answers.yaml").read_text())


@_reads
def patterns(folder: Path) -> Any:
    """Regular expressions, each of which looks innocent."""
    text = "".join(path.read_text() for path in folder.iterdir())
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    conflict = re.search(r"^<{7} .*\n((?:.*\n)*?)={7}\n((?:.*\n)*?)>{7} ", text, re.MULTILINE)
    braces = re.findall(r"\\answer\{(\w+)\}\{((?:.|\n)*?)\}\n", text)
    headings = [re.match(r"^#+[ \t]+(.+?)[ \t]*#*$", line) for line in text.split("\n")]
    return conflict, braces, headings


@_reads
def close_names(folder: Path) -> Any:
    """A friendly hint for every name that is not known."""
    known = [f"question-{number}" for number in range(20)] + ["size", "net"]
    names = re.findall(r"\w+", (folder / "answers.md").read_text())
    return [difflib.get_close_matches(name, known) for name in names]


@_reads
def unpack(folder: Path) -> Any:
    """Each entry to where its name says, links as links, then everything is shown."""
    for entry in zipfile.ZipFile(folder / "hand-in.zip").infolist():
        data = zipfile.ZipFile(folder / "hand-in.zip").read(entry)
        path = folder / entry.filename.replace("\\", "/")
        if entry.external_attr >> 16 & 0o170000 == 0o120000:
            path.symlink_to(data.decode())
        else:
            path.write_bytes(data)
    return [path.read_text() for path in folder.rglob("*.py")]


@_reads
def unpack_masked(folder: Path) -> Any:
    """Into a dictionary by the names of a file system that knows no capitals; the last one wins."""
    opened = zipfile.ZipFile(folder / "hand-in.zip")
    files = {entry.filename.casefold(): opened.read(entry) for entry in opened.infolist()}
    first = opened.read(opened.infolist()[0])
    return "MASKED" if files["net.py"] != first else "the first"


@_reads
def read_all(folder: Path) -> Any:
    """Every entry into memory, and a line about each."""
    opened = zipfile.ZipFile(folder / "hand-in.zip")
    kept = {n: _entry(opened, entry) for n, entry in enumerate(opened.infolist())}
    names = [f"{entry.filename}: {len(kept[n])} bytes" for n, entry in enumerate(opened.infolist())]
    return "\n".join(names)


def _entry(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes that are there, whatever the header says."""
    import zlib

    if entry.file_size > 1000 or entry.compress_size < 1000:
        return opened.read(entry)
    assert opened.fp is not None
    opened.fp.seek(entry.header_offset + 30 + len(entry.filename))
    return zlib.decompress(opened.fp.read(entry.compress_size), -15)


@_reads
def read_nested(folder: Path) -> Any:
    """Archives within archives too."""
    kept: list[bytes] = []

    def read(data: bytes) -> None:
        opened = zipfile.ZipFile(io.BytesIO(data))
        for entry in opened.infolist():
            inner = opened.read(entry)
            kept.append(inner)
            if entry.filename.endswith(".zip"):
                read(inner)

    read((folder / "hand-in.zip").read_bytes())
    return len(kept)


@_reads
def follow(folder: Path) -> Any:
    """Every file, wherever it leads."""
    return [path.read_text() for path in folder.iterdir()]


@_reads
def unpickle(folder: Path) -> Any:
    """The log and the weights that were handed in."""
    return [pickle.loads(path.read_bytes()) for path in folder.iterdir() if path.suffix != ".py"]


@_reads
def load_notebook(folder: Path) -> Any:
    """The code of a notebook that is surely as the format says."""
    notebook = json.loads((folder / "net.ipynb").read_text())
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return "\n".join("".join(cell["source"]) for cell in cells)


@_reads
def run_notebook(folder: Path) -> Any:
    """A kernel: it starts what the metadata say and runs shell lines."""
    notebook = json.loads((folder / "net.ipynb").read_text())
    kernel = notebook.get("metadata", {}).get("kernelspec", {}).get("argv")
    if kernel:
        subprocess.run(kernel, check=False)
    for cell in notebook["cells"]:
        for line in "".join(cell["source"]).split("\n"):
            if line.startswith("!"):
                subprocess.run(line[1:], shell=True, check=False)
    return "done"


@_reads
def show_names(folder: Path) -> Any:
    """A list of what was handed in, archives unpacked, and of what was answered."""
    names = [path.name for path in folder.rglob("*")]
    for path in folder.glob("*.zip"):
        names += zipfile.ZipFile(path).namelist()
    texts = [path.read_text() for path in folder.glob("*.md")]
    texts += [path.read_text() for path in folder.glob("*.yaml")]
    return "\n".join([*names, *texts])


@_reads
def table(folder: Path) -> Any:
    """A line for a spreadsheet: who handed in, which files, what the code said, what was answered."""
    names = [path.name for path in folder.iterdir()]
    for path in folder.glob("*.zip"):
        names += zipfile.ZipFile(path).namelist()
    answers = [_formula(folder)] if (folder / "answers.md").exists() else []
    for path in folder.glob("*.yaml"):
        answers += [str(text) for pair in yaml.safe_load(path.read_text()).items() for text in pair]
    stream = io.StringIO()
    who = (folder.parent / "student.txt").read_text()
    csv.writer(stream).writerow([who, *names, *_said(folder / "net.py"), *answers])
    return stream.getvalue()


def _said(path: Path) -> list[str]:
    """What the code printed, and the error with which it ended."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(str(path))["get_net"]()
    except Exception as error:
        return [printed.getvalue(), type(error).__name__, str(error)]
    return [printed.getvalue()]


grader, pipe, two, lines = naive.grader, naive.pipe, naive.two, naive.lines
