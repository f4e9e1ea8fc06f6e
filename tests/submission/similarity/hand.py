"""What every student who writes a notebook has: habits, names of his own, and luck."""

from __future__ import annotations

import random
import re

_NAMES = {
    "x": ["data", "x", "images", "inputs", "batch", "X", "img"],
    "y": ["target", "y", "labels", "targets", "label", "Y"],
    "out": ["output", "out", "pred", "logits", "outputs", "y_hat", "scores"],
    "loss": ["loss", "loss_value", "batch_loss", "l", "cost"],
    "acc": ["acc", "accuracy", "correct", "accuracy_float", "a", "hits"],
    "lh": ["loss_history", "losses", "loss_hist"],
    "ah": ["accuracy_history", "accs", "acc_hist", "accuracies"],
    "rh": ["lr_history", "lrs", "rates"],
}


class Hand:
    """Draws the forms and the names of one student from a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.names = {key: self.rng.choice(names) for key, names in _NAMES.items()}

    def one_of(self, *forms: str) -> str:
        """A form; earlier ones are more frequent."""
        return self.rng.choices(forms, [1 / (place + 1) for place in range(len(forms))])[0]

    def fill(self, text: str) -> str:
        """The text with the student's own names."""
        return re.sub(r"<(\w+)>", lambda match: self.names[match[1]], text)


def indented(text: str) -> str:
    """The lines of a text, one step further in."""
    return "\n".join(f"    {line}" if line else line for line in text.split("\n"))
