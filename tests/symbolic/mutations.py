"""Hostile and broken variants of formulas, the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final

PIECES: Final = (
    "^", "**", "//", "!", "!!", "%", "_", "'", "\\", "{", "}", "(", ")", "[", "]", "|", "⌊", "⌉", "&", "\\\\",
    "$", "\n", "\t", "\u00a0", "\u202e", "\x00", "\ud800", "²", "₃", "½", "∑", "∏", "∫", "√", "∞", "≤", "−", "β",
    "𝑥", "９", "é", "Œ≤", "=", "==", "<", ">=", ",", ";", ":", "...", "..", "1e400", "1e-400", "9" * 400, "0" * 50,
    "9**9**9**9", "factorial(10**7)", "10^10^10", "\\frac", "\\frac{", "\\sqrt[", "\\sum_{k=1}^{", "\\prod", "\\int_0^",
    "\\lim_{x \\to 0}", "\\begin{cases}", "\\end{pmatrix}", "\\left", "\\right)", "sum(k for k in range(", "sum_{k=1}^{10^9} k",
    "prod_{i=1}^{99999} i", "binomial(10^6, 5*10^5)", "floor(", "log_", "sin^", "max(", " if ", " else ", " mod ", "lambda",
    "__import__('os').system('false')", "exec('raise SystemExit')", "open('/etc/passwd').read()", "().__class__.__bases__",
    "K_{", "K[", "^{(", "x_", "nan", "oo", "i", "e", "pi", "0/0", "1/0", "0^0", "(-1)^(1/2)", "log(0)",
)  # fmt: skip


def mutants(seeds: Sequence[str], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """`count` pairs of a formula and a mutant of it."""
    chance = random.Random(seed)
    for _ in range(count):
        original = chance.choice(seeds)
        text = original
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5, 12))):
            text = mutate(text, seeds, chance)
        yield original, text


def mutate(text: str, seeds: Sequence[str], chance: random.Random) -> str:
    """One change, of one of a dozen kinds."""
    first, second = sorted(chance.randint(0, len(text)) for _ in range(2))
    head, middle, tail = text[:first], text[first:second], text[second:]
    match chance.randrange(12):
        case 0:
            return head + tail
        case 1:
            return head + middle * chance.choice((2, 3, 40)) + tail
        case 2:
            return head + middle[::-1] + tail
        case 3 | 4 | 5:
            return text[:first] + chance.choice(PIECES) + text[first:]
        case 6:
            other = chance.choice(seeds)
            return head + other[chance.randint(0, len(other)) :]
        case 7:
            return (
                head
                + chr(chance.choice((chance.randrange(32, 127), chance.randrange(1, 0x2FFF))))
                + tail
            )
        case 8:
            left, right = chance.choice(
                ("()", "{}", "[]", "||", "⌊⌋", ("-", ""), ("\\sqrt{", "}"), ("floor(", ")"))
            )
            times = chance.choice((1, 2, 30, 200))
            return head + left * times + middle + right * times + tail
        case 9:
            return text.swapcase()
        case 10:
            return head + str(chance.choice((0, -1, 10**6, 10**30, 2**64, 0.1))) + tail
        case _:
            return text.replace(chance.choice(" +-*/^()_"), chance.choice(PIECES))
