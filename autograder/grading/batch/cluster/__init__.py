"""Grades a class on the nodes of a Ray cluster."""

from autograder.grading.batch.cluster.engine import RayEngine

__all__ = ["RayEngine"]
