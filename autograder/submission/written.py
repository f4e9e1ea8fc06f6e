"""Written answers out of YAML, Markdown, LaTeX and the Markdown cells of a notebook.

answers.yaml    sgdm-m: c*(1 - beta^t)/(1 - beta)
answers.md      ## sgdm-m            (a heading that starts with the id; then the answer)
answers.tex     \\answer{sgdm-m}{c\\frac{1-\\beta^t}{1-\\beta}}
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from autograder.errors import SpecError
from autograder.exercise.document import Document, load_document
from autograder.submission.model import Place, TextAnswer

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<title>.*)$")
_NUMBERING = re.compile(r"^(?:\d+(?:\.\d+)*[.):]?\s+)?[`*_]*")
_ID = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
_WORD = re.compile(r"[a-z0-9]+")
_FENCE = re.compile(r"^\s*(```|~~~)")
_PREFIX = re.compile(r"^\s*(?:\*\*)?(?:my )?answer(?:\*\*)?\s*:(?:\*\*)?\s*", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(?:[*+•‣◦]|\d{1,2}[.)])\s+(?=\S)")
_TEX_ANSWER = re.compile(r"\\answer\s*\{([^{}]*)\}\s*(?=\{)")
_TEX_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)  # what is escaped is taken, and so passed over
_TEX_WORDS = re.compile(r"^\\words\s*\{(.*)\}$", re.DOTALL)
_TEX_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_MAX_ANSWER: Final = 20_000
_MAX_HINTS: Final = 20


@dataclass
class Written:
    """Answers by question id, in the order they were found, and notes on what was not used.

    `unread` are those of the notes that are about what may hold further answers.
    """

    answers: dict[str, TextAnswer] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    _hints: int = 0

    def add(self, identifier: str, answer: TextAnswer) -> None:
        """Keep an answer; of two different ones for a question the first counts, and a note says so."""
        kept = self.answers.get(identifier)
        if kept is None or kept.is_blank:
            self.answers[identifier] = answer
        elif not answer.is_blank and (kept.text, kept.fields) != (answer.text, answer.fields):
            self.notes.append(
                f"{identifier} is answered twice: the answer at {kept.place} is graded, "
                f"the one at {answer.place} is not."
            )

    def note_unread(self, line: str) -> None:
        """Note that something was not read that may hold answers."""
        self.notes.append(line)
        self.unread.append(line)

    def is_close(self, name: str, known: Sequence[str]) -> bool:
        """Whether a heading was probably meant for a question; most headings are not."""
        if self._hints > _MAX_HINTS:
            return False
        self._hints += 1
        return bool(difflib.get_close_matches(name, known, n=1, cutoff=0.8))

    def unknown(self, name: str, place: Place, known: Sequence[str]) -> None:
        """Note an answer to a question that does not exist."""
        # Looking for close names is slow, and somebody may have written a hundred thousand.
        self._hints += 1
        close = difflib.get_close_matches(name, known, n=1) if self._hints <= _MAX_HINTS else []
        hint = f": did you mean {close[0]}?" if close else "."
        self.notes.append(f"{place}: {name!r} is no question of this exercise{hint}")


def read_yaml(text: str, file: str, known: Sequence[str], into: Written) -> None:
    """Answers from a mapping of ids to texts, or to mappings for answers of several parts."""
    try:
        document = load_document(text, file, as_text=True)
    except SpecError as error:
        first = error.problems[0]
        into.notes.append(f"{first}. The file was read line by line instead.")
        _read_lines(text, file, known, into)
        return
    if document.value is None:
        return
    if not isinstance(document.value, dict):
        into.notes.append(f"{file}:1: expected lines such as 'question-id: answer'.")
        return
    for name, value in document.value.items():
        place = Place(file, document.keys.get((name,), (1, 1))[0])
        identifier = _known_id(name, known)
        if identifier is None:
            into.unknown(name, place, known)
        else:
            into.add(identifier, _yaml_answer(value, place, document))


def _yaml_answer(value: Any, place: Place, document: Document) -> TextAnswer:
    if isinstance(value, dict):
        fields = {str(key): _flat(part) for key, part in value.items()}
        shown = "\n".join(f"{key}: {part}" for key, part in fields.items())
        return TextAnswer(shown[:_MAX_ANSWER], place, fields)
    return TextAnswer(_flat(value)[:_MAX_ANSWER], place)


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_flat(item) for item in value)
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_flat(part)}" for key, part in value.items())
    return "" if value is None else str(value)


def _read_lines(text: str, file: str, known: Sequence[str], into: Written) -> None:
    """`id: answer` line by line, for a file that YAML refuses; an answer runs to the next id."""
    current: tuple[str, Place] | None = None
    collected: list[str] = []

    def finish() -> None:
        if current is not None:
            answer = "\n".join(collected).strip().strip("'\"").lstrip("|>").strip()
            into.add(current[0], TextAnswer(answer[:_MAX_ANSWER], current[1]))

    for number, line in enumerate(text.split("\n"), 1):
        name, colon, rest = line.partition(":")
        identifier = _known_id(name.strip(), known) if colon and not line[:1].isspace() else None
        if identifier is not None:
            finish()
            current, collected = (identifier, Place(file, number)), [rest]
        else:
            collected.append(line)
    finish()


def read_markdown(
    text: str, file: str, known: Sequence[str], into: Written, *, cell: int = 0
) -> None:
    """Answers under headings that start with a question id; quotes and comments are no answer."""
    for name, line, body in _sections(_without_comments(text)):
        identifier = _heading_id(name, known)
        if identifier is not None:
            place = Place(file, line, cell)
            into.add(identifier, TextAnswer(_answer_text(body)[:_MAX_ANSWER], place))
        elif not cell and _answer_text(body) and into.is_close(_spelled(name), known):
            # A notebook has headings of its own, over its code.
            into.unknown(name, Place(file, line, cell), known)


def _without_comments(text: str) -> str:
    """The text with a comment's line ends in its place, so that later lines keep their numbers."""
    parts, place = [], 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts += [text[place:start], "\n" * text.count("\n", start, end)]
        place = end + 3
    return "".join([*parts, text[place:]])


def _sections(text: str) -> Iterator[tuple[str, int, list[str]]]:
    """Each heading with its line and the lines below it, up to the next heading."""
    title, line, body, fenced = None, 1, list[str](), False
    for number, content in enumerate(text.split("\n"), 1):
        fenced ^= bool(_FENCE.match(content))
        heading = None if fenced else _HEADING.match(content)
        if heading is None:
            body.append(content)
            continue
        if title is not None:
            yield title, line, body
        title, line, body = heading["title"].rstrip(" \t").rstrip("#"), number, []
    if title is not None:
        yield title, line, body


def _heading_id(title: str, known: Sequence[str]) -> str | None:
    """The question a heading starts with: `## 2.1 adam-m: the first moment`."""
    start = _NUMBERING.match(title)
    word = _ID.match(title, start.end() if start else 0)
    if word is None:
        return None
    found = _known_id(word[0], known)
    if found is not None:
        return found
    # '## adam-m - the first moment' without spaces around the dash, and '## Output width'.
    spelled = _spelled(title[word.start() :])
    starts = [k for k in known if f"{spelled}-".startswith(f"{k}-")]
    return max(starts, key=len, default=None)


def _spelled(title: str) -> str:
    """A heading's words as an id would join them."""
    return "-".join(_WORD.findall(title.lower()))


def _known_id(name: str, known: Sequence[str]) -> str | None:
    normal = name.strip().strip("`*").lower().replace("_", "-").replace(" ", "-")
    return normal if normal in known else None


def _answer_text(lines: list[str]) -> str:
    """The answer without quoted prompts, fences and a leading `Answer:`."""
    kept = [line for line in lines if not line.lstrip().startswith(">") and not _FENCE.match(line)]
    text = _PREFIX.sub("", "\n".join(kept).strip())
    # A list of one: its mark is no part of the answer. What a dash is, the grader decides.
    return text if "\n" in text else _LIST_MARK.sub("", text)


def read_tex(text: str, file: str, known: Sequence[str], into: Written) -> None:
    """Answers from `\\answer{id}{...}`, with any braces inside."""
    text = _TEX_COMMENT.sub("", text)
    closing = _closing_braces(text)
    line, counted = 1, 0
    for match in _TEX_ANSWER.finditer(text):
        line, counted = line + text.count("\n", counted, match.start()), match.start()
        place = Place(file, line)
        end = closing.get(match.end())
        if end is None:
            into.notes.append(f"{place}: \\answer{{{match[1]}}} has a brace that never closes.")
            continue
        identifier = _known_id(match[1].replace("\\_", "-"), known)
        if identifier is None:
            into.unknown(match[1], place, known)
        else:
            answer = _TEX_WORDS.sub(r"\1", text[match.end() + 1 : end].strip())
            into.add(identifier, TextAnswer(answer[:_MAX_ANSWER], place))


def _closing_braces(text: str) -> dict[int, int]:
    """For each brace that opens, where it closes; escaped braces do not count."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for match in _TEX_BRACE.finditer(text):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            closing[opened.pop()] = match.start()
    return closing
