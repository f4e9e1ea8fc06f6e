from __future__ import annotations

import pytest

from autograder.symbolic.mojibake import mend

CLEAN = "η ≥ 0, 0 < β₁ < 1: ⌊(W + 2P − K)/S⌋ × 3 · x² ∑ ∏ √ ∞ ‘quoted’ … ε"


def test_text_read_as_mac_roman_is_mended() -> None:
    garbled = CLEAN.encode("utf-8").decode("mac_roman")
    assert mend(garbled) == (CLEAN, True)


def test_the_document_of_the_course_is_mended() -> None:
    assert mend("Œ∑ ‚â• 0,0 &lt; Œ≤1")[0] == "η ≥ 0,0 &lt; β1"


@pytest.mark.parametrize("text", [CLEAN, "√π", "Ω ≥ 0", "∑β", "É", "naïve café", "π∑", "2×3", ""])
def test_genuine_text_is_left_alone(text: str) -> None:
    assert mend(text) == (text, False)
