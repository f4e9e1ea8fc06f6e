"""The part of Gradescope's submission_metadata.yml that says who handed in what, and when.

The file holds every old output and may be huge, so it is read as a stream of events: what is not
wanted is passed over and never becomes objects. Tags are ignored: nothing is constructed from them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final, cast

import yaml

WANTED: Final = frozenset("submitters users created_at due_date assignment".split())
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_STARTS: Final = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS: Final = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_PLAIN: Final = bytes([*b"\t\n\r", *range(0x20, 0x7F)])
_DEEPEST: Final = 12
_LONGEST: Final = 500


class NotAMapping(Exception):
    """The file is YAML, but holds no entries by name."""


def read_entries(stream: IO[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each submission's folder with what is wanted of its entry; keys lose Ruby's leading colon.

    Raises:
        NotAMapping: there are no entries.
        yaml.YAMLError: the file is damaged; the entries before that place have been given.
    """
    yield from _Events(yaml.parse(cast(IO[bytes], _Printable(stream)), Loader=_LOADER)).entries()


class _Printable:
    """A stream's text in UTF-8 with a `?` for what YAML cannot hold, so that one byte in an old output
    does not end the reading."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")

    def read(self, size: int) -> bytes:
        while data := self._stream.read(size):
            if not self._decoder.getstate()[0] and not data.translate(None, _PLAIN):
                return data
            if text := self._decoder.decode(data):
                return _UNPRINTABLE.sub("?", text).encode()
        return self._decoder.decode(b"", final=True).encode()


@dataclass
class _Events:
    """The file's events, and the values that later ones may refer to by an anchor."""

    events: Iterator[yaml.Event]
    anchored: dict[str, Any] = field(default_factory=dict)

    def entries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        first = next(self.events, None)
        while first is not None and not isinstance(first, yaml.NodeEvent):
            first = next(self.events, None)
        if not isinstance(first, yaml.MappingStartEvent):
            raise NotAMapping
        while (key := self._key()) is not None:
            value = self._value(next(self.events), 1, WANTED)
            yield key, value if isinstance(value, dict) else {}

    def _key(self) -> str | None:
        """A mapping's next key, empty where it is no text; None at the mapping's end."""
        event = next(self.events)
        if isinstance(event, yaml.MappingEndEvent):
            return None
        key = self._value(event, _DEEPEST, None)
        return key.removeprefix(":") if isinstance(key, str) else ""

    def _value(self, event: yaml.Event, depth: int, wanted: frozenset[str] | None) -> Any:
        """The value that starts with an event: text, a list or a mapping of them.

        Of a mapping with `wanted` keys only those are kept; what is too deep is passed over.
        """
        if isinstance(event, yaml.AliasEvent):
            return self.anchored.get(str(event.anchor))
        value: Any = None
        if isinstance(event, yaml.ScalarEvent):
            value = event.value[:_LONGEST]
        elif depth >= _DEEPEST:
            self._pass_over(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = list(self._items(depth))
        else:
            value = self._mapping(depth, wanted)
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self.anchored[event.anchor] = value
        return value

    def _items(self, depth: int) -> Iterator[Any]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self._value(event, depth + 1, None)

    def _mapping(self, depth: int, wanted: frozenset[str] | None) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        while (key := self._key()) is not None:
            event = next(self.events)
            if wanted is None or key in wanted:
                found.setdefault(key, self._value(event, depth + 1, None))
            else:
                self._pass_over(event)
        return found

    def _pass_over(self, event: yaml.Event) -> None:
        """Skip a value; texts with an anchor are kept, since Ruby writes equal ones only once."""
        depth = 0
        while True:
            if isinstance(event, _STARTS):
                depth += 1
            elif isinstance(event, _ENDS):
                depth -= 1
            elif isinstance(event, yaml.ScalarEvent) and event.anchor is not None:
                self.anchored[event.anchor] = event.value[:_LONGEST]
            if depth == 0:
                return
            event = next(self.events)
