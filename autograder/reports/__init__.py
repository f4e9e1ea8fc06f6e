"""Outcomes for people and machines: Gradescope's JSON, the terminal."""
