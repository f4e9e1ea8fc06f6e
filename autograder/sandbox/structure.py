"""Looks through the bytes of a message before anything is built from them.

A few bytes can ask for much: a list that says it has four billion items, or a million empty maps of 64
bytes each. Only the heads of items are read, so the cost is theirs, not that of the data they hold.
"""

from __future__ import annotations

from typing import Final

MAX_ITEMS: Final = 1_000_000
MAX_DEPTH: Final = 64
# A message this short cannot hold enough items to matter.
_HARMLESS: Final = 1 << 15

# By the first byte: bytes of a length that follows it, and what that length counts.
_SIZES: Final = {
    0xC4: (1, 0), 0xC5: (2, 0), 0xC6: (4, 0),  # bin
    0xC7: (1, 1), 0xC8: (2, 1), 0xC9: (4, 1),  # ext: a type byte more
    0xD9: (1, 0), 0xDA: (2, 0), 0xDB: (4, 0),  # str
}  # fmt: skip
_FIXED: Final = {
    0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1,
    0xD1: 2, 0xD2: 4, 0xD3: 8, 0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17,
}  # fmt: skip
_LISTS: Final = {0xDC: (2, 1), 0xDD: (4, 1), 0xDE: (2, 2), 0xDF: (4, 2)}


def check_structure(body: bytes) -> None:
    """Count the items of a message and their depth.

    Raises:
        ValueError: there are more than is allowed, or the message ends in the middle of one.
    """
    if len(body) <= _HARMLESS:
        return
    position, items, open_lists = 0, 0, [1]
    while open_lists:
        if open_lists[-1] == 0:
            open_lists.pop()
            continue
        open_lists[-1] -= 1
        items += 1
        position, inside = _skip(body, position)
        if items + inside > MAX_ITEMS or len(open_lists) > MAX_DEPTH:
            raise ValueError("a message of too many or too deep parts")
        if inside:
            open_lists.append(inside)


def _skip(body: bytes, position: int) -> tuple[int, int]:
    """The place after an item's head and data, and the number of items that it says are inside."""
    if position >= len(body):
        raise ValueError("a message that ends too early")
    first = body[position]
    position += 1
    if first < 0x80 or first >= 0xE0:
        return position, 0
    if first < 0x90:
        return position, 2 * (first & 0x0F)
    if first < 0xA0:
        return position, first & 0x0F
    if first < 0xC0:
        return position + (first & 0x1F), 0
    if first in _FIXED:
        return position + _FIXED[first], 0
    if first in _SIZES:
        width, more = _SIZES[first]
        length = int.from_bytes(body[position : position + width], "big")
        return position + width + more + length, 0
    if first in _LISTS:
        width, each = _LISTS[first]
        return position + width, each * int.from_bytes(body[position : position + width], "big")
    raise ValueError("a byte that begins nothing")
