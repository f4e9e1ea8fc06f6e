"""Formulas: from text to trees, and what two trees have to do with each other."""
