"""Hand-ins of our own writing with what must become of each: mistakes and right variants."""

from __future__ import annotations

from tests.corpus import blocks, intake, loaders, models, training
from tests.corpus.case import Case

MISTAKES: list[Case] = [
    *loaders.MISTAKES,
    *models.MISTAKES,
    *training.MISTAKES,
    *blocks.MISTAKES,
]
VARIANTS: list[Case] = [
    *loaders.VARIANTS,
    *models.VARIANTS,
    *training.VARIANTS,
    *blocks.VARIANTS,
    *intake.VARIANTS,
]
