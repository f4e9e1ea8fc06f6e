"""YAML read strictly, with the place of every value.

Scalars follow YAML 1.2: `no` is text, `012` is twelve, `1e-5` a number, `1:30` text. A key given
twice, an alias that unfolds into something huge, and a tag are errors, each with its position.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from autograder.errors import Problem, SpecError

MAX_NODES: Final = 50_000
MAX_DEPTH: Final = 40

Path = tuple[str | int, ...]
Position = tuple[int, int]

_INTEGER = re.compile(r"[-+]?[0-9]+$")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TAGS: Final = frozenset(
    ("!", None, *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")))
)
_BASE: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class Document:
    """A YAML file's value with the place of each part."""

    name: str
    value: Any
    positions: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    inline: frozenset[Path] = frozenset()

    def position(self, path: Sequence[str | int]) -> Position:
        """Line and column (from 1) of a value, or of the nearest part that is there."""
        place = tuple(path)
        while place and place not in self.positions:
            place = place[:-1]
        return self.positions.get(place, (1, 1))

    def problem(self, path: Sequence[str | int], message: str, offset: int = 0) -> Problem:
        """A problem with the value at a path, `offset` characters into it if it is one line."""
        line, column = self.position(path)
        if tuple(path) in self.inline:
            column += offset
        return Problem(self.name, line, column, show_path(path), message)


def show_path(path: Sequence[str | int]) -> str:
    """A path as authors read it: `questions[3].answer`."""
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown


def load_document(text: str, name: str, *, as_text: bool = False) -> Document:
    """Read YAML; with `as_text` every scalar stays the text that was written.

    Raises:
        SpecError: it is not YAML, or holds what this loader refuses.
    """
    try:
        _refuse_depth(text, name)
        root = yaml.compose(text, Loader=_BASE)
    except yaml.YAMLError as error:
        raise SpecError([_syntax_problem(error, name)]) from None
    builder = _Builder(name, as_text)
    value = None if root is None else builder.build(root, (), 0)
    if builder.problems:
        raise SpecError(builder.problems)
    inline = frozenset(builder.inline)
    return Document(name, value, builder.positions, builder.keys, inline)


def _refuse_depth(text: str, name: str) -> None:
    """Refuse deep nesting before composing, which recurses in C and would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_BASE):
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            depth -= 1
        if depth > MAX_DEPTH:
            mark = event.start_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise SpecError([Problem(name, line, column, "", "the file is nested too deeply")])


def _syntax_problem(error: yaml.YAMLError, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    reason = getattr(error, "problem", None) or str(error).split("\n")[0]
    confused = "mapping values" in reason or "expected ','" in reason
    hint = "; put the text in quotes, or on lines of its own after '|'" if confused else ""
    return Problem(name, line, column, "", f"not valid YAML: {reason}{hint}")


class _Builder:
    """Turns YAML nodes into Python values, noting positions and problems."""

    def __init__(self, name: str, as_text: bool) -> None:
        self.name = name
        self.as_text = as_text
        self.positions: dict[Path, Position] = {}
        self.keys: dict[Path, Position] = {}
        self.inline: set[Path] = set()
        self.problems: list[Problem] = []
        self.count = 0

    def build(self, node: yaml.Node, path: Path, depth: int) -> Any:
        self.count += 1
        if self.count > MAX_NODES or depth > MAX_DEPTH:
            if not any("too large" in problem.message for problem in self.problems):
                self._complain(node, path, "the file is too large, or its aliases unfold too far")
            return None
        self.positions[path] = self._position(node)
        if node.tag not in _TAGS:
            self._complain(node, path, f"tags such as {node.tag} are not allowed")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i), depth + 1) for i, item in enumerate(node.value)]
        return self._mapping(node, path, depth)

    def _mapping(self, node: yaml.Node, path: Path, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._complain(key_node, path, "a key must be plain text")
                continue
            key = key_node.value
            place = (*path, key)
            if key in result:
                first = self.keys[place][0]
                self._complain(key_node, path, f"{key!r} is given twice (first on line {first})")
                continue
            self.keys[place] = self._position(key_node)
            result[key] = self.build(value_node, place, depth + 1)
        return result

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        text = node.value
        one_line = node.start_mark.line == node.end_mark.line
        if one_line and node.style not in ("|", ">"):
            self.inline.add(path)
        if self.as_text or node.style:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.match(text):
            return int(text) if len(text) < 300 else text
        return float(text) if _FLOAT.match(text) else text

    def _complain(self, node: yaml.Node, path: Path, message: str) -> None:
        line, column = self._position(node)
        self.problems.append(Problem(self.name, line, column, show_path(path), message))

    @staticmethod
    def _position(node: yaml.Node) -> Position:
        quoted = isinstance(node, yaml.ScalarNode) and node.style in ("'", '"')
        return node.start_mark.line + 1, node.start_mark.column + 1 + quoted
