"""Runs an instructor's own tests against a student's code that lives in another process."""
