"""What a submission that is graded on a cluster can reach of the cluster: nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.checks.catalogue import load
from autograder.grading.batch.cluster import RayEngine
from autograder.grading.batch.engine import Task
from autograder.submission.files import FileSet
from tests.grading.batch.classroom import OPTIONS
from tests.grading.cluster.conftest import Nodes

pytestmark = pytest.mark.slow

ATTACK = Path(__file__).with_name("reaching.py")
SPEC = """autograder: 1
id: reach
title: Reach
questions:
  - id: reached
    kind: function
    title: What can be reached
    points: 1
    name: reached
    reference: right.py:reached
    arguments: {x: {tensor: [2]}}
    reveal: value
"""


def test_a_submission_reaches_neither_sockets_nor_token_nor_bundle(
    cluster: Nodes, tmp_path: Path
) -> None:
    (tmp_path / "exercise.yaml").write_text(SPEC)
    (tmp_path / "right.py").write_text("def reached(x):\n    return x * 0\n")
    attack = ATTACK.read_text().replace("ADDRESS", cluster.address)
    attack = attack.replace('FOLDER")', f'{cluster.folder}")')
    files = FileSet()
    files.add("attack.py", attack.encode())
    engine = RayEngine(load(tmp_path), OPTIONS, 1, address=cluster.address)
    (done,) = engine.run([Task("attacker", lambda: files)])
    assert done.record is not None, done.problem
    (outcome,) = done.record["outcomes"]
    assert outcome["credit"] == 1.0, outcome

    # The control: outside a sandbox each of the ways leads somewhere.
    (tmp_path / "attack.py").write_text(attack)
    outside = subprocess.run(
        [sys.executable, str(tmp_path / "attack.py")], capture_output=True, text=True, check=True
    )
    assert (
        outside.stdout.split() == "head node token logs own_environment environments cargo".split()
    )
