"""Students who answer a sheet of formulas independently: each with habits of typing and beliefs of his own.

Right answers are typed in forms of which some are common; a student keeps to a style. Mistakes are
common ones or his own, and a wrong belief spoils several answers at once.
"""

from __future__ import annotations

import random

from autograder.submission.similarity.work import Said

STYLES = ("a*b", "a * b", "ab", "a b", "$a b$", "a·b", "a \\cdot b", "a\\times b", "(a)*(b)", "a×b")


def sheet(seed: int, questions: int = 20, right: float = 0.7) -> list[Said]:
    """One student's answers."""
    rng = random.Random(seed)
    style = _one(STYLES, rng)
    believes = rng.random() < 0.25
    skill = rng.betavariate(8 * right, 8 * (1 - right))
    return [_answer(number, style, believes, skill, rng) for number in range(questions)]


def copied(answers: list[Said], seed: int, part: float = 1.0, questions: int = 20) -> list[Said]:
    """A student who takes a part of the answers over and gives the rest himself."""
    rng = random.Random(seed)
    return [
        a if rng.random() < part else b
        for a, b in zip(answers, sheet(seed, questions), strict=True)
    ]


def _answer(number: int, style: str, believes: bool, skill: float, rng: random.Random) -> Said:
    question = f"q{number}"
    if believes and number % 5 == 0 and rng.random() < 0.8:
        return Said(question, f"{style} of the belief", "belief", False)
    if rng.random() < skill:
        style = style if rng.random() < 0.8 else _one(STYLES, rng)
        form = _one(range(30), rng)
        return Said(question, f"{style} form {form}", "right", True)
    if rng.random() < 0.7:
        mistake = f"mistake {_one(range(25), rng)}"
        return Said(question, f"{style} {mistake}", mistake, False)
    own = f"own {rng.randrange(10**6)}"
    return Said(question, own, own, False)


def _one(forms, rng):  # earlier ones are more frequent
    return rng.choices(list(forms), [1 / (place + 1) for place in range(len(forms))])[0]
