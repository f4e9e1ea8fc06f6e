"""Runs untrusted Python and talks to it; knows nothing of grading."""
