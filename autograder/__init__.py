"""Grades deep-learning exercises: formulas by equivalence, PyTorch code by behaviour."""

__version__ = "0.1.0"
