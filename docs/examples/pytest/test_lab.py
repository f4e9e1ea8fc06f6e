import json
from pathlib import Path

import numpy as np
import pytest
from lab import softmax

CASES = json.loads(Path("cases.json").read_text())


@pytest.mark.weight(1)
@pytest.mark.parametrize("z", CASES)
def test_known_values(z):
    assert softmax(np.array(json.loads(z))) == pytest.approx(CASES[z])


@pytest.mark.weight(1)
def test_sums_to_one():
    assert softmax(np.array([1.0, 2.0, 3.0])).sum() == pytest.approx(1)


@pytest.mark.weight(2)
@pytest.mark.hide_errors("Think of large numbers.")
def test_large_numbers():
    assert softmax(np.array([1000.0, 0.0])) == pytest.approx([1, 0])
