"""Puts what a YAML writer added into the text that a person wrote, which stays as it was elsewhere.

A writer that keeps comments still breaks and joins lines in its own way. Of what it wrote, only the new
entry is taken; where that does not come out as the same document, all of it is.
"""

from __future__ import annotations

from typing import Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_KEY: Final = "mistakes"


def with_first_mistake(text: str, written: str, question: str) -> str:
    """`text` with the first mistake of a question as it stands in `written`, or else `written`."""
    try:
        spliced = _spliced(text, written, question)
        same = yaml.safe_load(spliced) == yaml.safe_load(written)
    except (yaml.YAMLError, LookupError, ValueError):
        return written
    return spliced if same else written


def _spliced(text: str, written: str, question: str) -> str:
    mine, theirs = _question(text, question), _question(written, question)
    old, new = _pair(mine, _KEY), _pair(theirs, _KEY)
    if new is None:
        raise LookupError(_KEY)
    if old is None or not isinstance(old[1], SequenceNode) or not old[1].value:
        return _at_the_end(text, mine, written, new)
    place = old[1].value[0].start_mark.index
    added, following = new[1].value[:2]
    # From one entry to the next: with the dash, or the comma, that lies between them.
    return text[:place] + _text(written, added, following) + text[place:]


def _at_the_end(text: str, question: MappingNode, written: str, pair: tuple[Node, Node]) -> str:
    """A new key, below the last one of the question."""
    if question.flow_style:
        raise ValueError("a question on one line")
    head = text[: question.value[-1][1].end_mark.index].rstrip()
    key, value = pair
    added = written[key.start_mark.index : value.end_mark.index].rstrip()
    return (
        f"{head}\n{' ' * key.start_mark.column}{added}\n{text[len(head) :].removeprefix(chr(10))}"
    )


def _text(written: str, first: Node, following: Node) -> str:
    return written[first.start_mark.index : following.start_mark.index]


def _question(text: str, identifier: str) -> MappingNode:
    document = yaml.compose(text, Loader=yaml.SafeLoader)
    questions = _pair(document, "questions")
    found: list[Node] = [] if questions is None else questions[1].value
    for node in found:
        pair = _pair(node, "id")
        if isinstance(node, MappingNode) and pair is not None and pair[1].value == identifier:
            return node
    raise LookupError(identifier)


def _pair(node: Node | None, name: str) -> tuple[Node, Node] | None:
    """A key of a mapping, and its value."""
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((p for p in pairs if isinstance(p[0], ScalarNode) and p[0].value == name), None)
