"""Finds the groups of a Moodle download, where each member has the same files under an own name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence


def group_names(names: Sequence[str]) -> dict[str, str]:
    """The group's name, or nothing, for each full name.

    In a download of groups every name starts with that of a group and a hyphen. Names have hyphens of
    their own, so one without any says that these are no groups; else the longest start that somebody
    shares counts. Whether the files agree must be seen as well.
    """
    if not all("-" in name for name in names):
        return dict.fromkeys(names, "")
    shared = Counter(start for name in set(names) for start in _starts(name))
    return {
        name: max((s for s in _starts(name) if shared[s] > 1), key=len, default="")
        for name in names
    }


def together(groups: Sequence[str], digests: Sequence[str]) -> list[list[int]]:
    """The indices of those who handed in as one: of one group, with the same files.

    An empty group or digest agrees with none.
    """
    found: dict[object, list[int]] = defaultdict(list)
    for index, (group, digest) in enumerate(zip(groups, digests, strict=True)):
        found[(group, digest) if group and digest else index].append(index)
    return list(found.values())


def _starts(name: str) -> Iterator[str]:
    parts = name.split("-")
    return ("-".join(parts[:end]) for end in range(1, len(parts)))
