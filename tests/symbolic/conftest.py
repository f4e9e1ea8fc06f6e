from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.symbolic.prover import Prover
from autograder.symbolic.table import SymbolTable
from tests.symbolic.tables import CONVOLUTION, LAYERS, OPTIMIZERS, table_of


@pytest.fixture
def optimizers() -> SymbolTable:
    return table_of(**OPTIMIZERS)


@pytest.fixture
def convolution() -> SymbolTable:
    return table_of(**CONVOLUTION)


@pytest.fixture
def layers() -> SymbolTable:
    return table_of(**LAYERS)


@pytest.fixture(scope="session")
def prover() -> Iterator[Prover]:
    with Prover(seconds=3.0, patient=True) as running:
        yield running
