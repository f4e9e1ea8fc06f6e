"""How an instructor's unittest file begins."""

from __future__ import annotations

HEAD = """
import unittest
import numpy as np
import torch
from gradescope_utils.autograder_utils.decorators import (
    hide_errors, leaderboard, number, partial_credit, tags, visibility, weight)
import ex09
from ex09 import *
"""
