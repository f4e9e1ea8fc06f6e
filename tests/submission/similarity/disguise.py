"""What somebody does to a notebook to hide where it comes from."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence


def disguised(cells: Sequence[str], seed: int, strength: int = 3) -> list[str]:
    """The cells as somebody hides where they come from: renamed, reordered, reformatted, filled up."""
    rng = random.Random(seed)
    steps: list[Callable[[str, random.Random], str]] = [renamed, commented, widened]
    texts = list(cells)
    for step in steps[:strength]:
        texts = [step(text, rng) for text in texts]
    return rng.sample(texts, len(texts))


def renamed(text: str, rng: random.Random) -> str:
    """Other names for what is local: variables, arguments and attributes of `self`."""
    local = set(re.findall(r"^\s+(?:for )?(\w+)(?:, \w+)* (?:=|in) ", text, re.MULTILINE))
    local |= set(re.findall(r"self\.(\w+) =", text)) - {"train", "eval"}
    for name in sorted(
        local - {"nn", "torch", "F", "self", "return", "train_loader", "val_loader"}
    ):
        text = re.sub(
            rf"(?<![\w])(?<!(?<!self)\.){name}\b(?!=)", f"{name}_{rng.randrange(100)}", text
        )
    return text


def commented(text: str, rng: random.Random) -> str:
    """Comments and blank lines between the lines of code."""
    lines = []
    for line in text.split("\n"):
        if line.strip() and rng.random() < 0.3:
            lines.append(f"{re.match(r' *', line)[0]}# step {rng.randrange(100)}")
        lines.append(line)
        if rng.random() < 0.2:
            lines.append("")
    return "\n".join(lines)


def widened(text: str, rng: random.Random) -> str:
    """Indentation of two steps, and other spaces within lines."""
    text = re.sub(r"^( +)", lambda match: match[1] * 2, text, flags=re.MULTILINE)
    return text.replace(", ", " , " if rng.random() < 0.5 else ",")
