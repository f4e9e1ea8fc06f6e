"""The colours can be read: WCAG 2.2's contrast, level AA, in light and in dark."""

from __future__ import annotations

import pytest

from autograder.reports.page.palette import DARK, LIGHT, SHAPES, TEXT, stylesheet


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_as_the_standard_has_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "soft"])
def test_text_can_be_read(colours: dict[str, str], ground: str) -> None:
    poor = {n: contrast(colours[n], colours[ground]) for n in TEXT}
    assert min(poor.values()) >= 4.5, poor


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_shapes_can_be_seen(colours: dict[str, str]) -> None:
    assert all(contrast(colours[name], colours["paper"]) >= 3 for name in SHAPES)


def test_both_schemes_define_the_same_colours() -> None:
    assert list(LIGHT) == list(DARK)
    assert {*TEXT, *SHAPES} < set(LIGHT)
    assert all(f"--{name}: {DARK[name]};" in stylesheet() for name in DARK)
