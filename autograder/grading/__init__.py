"""Grades a submission: plans the questions, runs the checks, collects the outcomes."""
