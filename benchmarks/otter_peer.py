"""Otter as another grader of the attacks: the submission is a notebook that `otter run` grades."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path

from tests.attacks import product
from tests.attacks.attack import Attack
from tests.attacks.world import World

SIGNS = ("points", "results", "leak", "files", "contact", "victim", "survivors", "stall", "silence")
_SECONDS = 60.0
_STALL_SECONDS = 30.0
_TEST = '''OK_FORMAT = True

test = {"name": "q1", "points": 10, "suites": [{"scored": True, "setup": "", "teardown": "",
"type": "doctest", "cases": [{"hidden": True, "locked": False, "code": r"""
>>> import torch
>>> kept = torch.manual_seed(0)
>>> reference = torch.nn.Linear(3, 2)
>>> x = torch.randn(4, 3)
>>> expected = reference(x).detach()
>>> output = get_net()(x)
>>> output = output.tolist() if isinstance(output, torch.Tensor) else output
>>> output == expected.tolist()
True
"""}]}]}
'''


class Otter:
    """Grades attacks by code with an `otter` program that is installed somewhere."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._folder = tempfile.TemporaryDirectory()
        self._archive = Path(self._folder.name) / "autograder.zip"
        tests = Path(self._folder.name) / "tests"
        tests.mkdir()
        (tests / "q1.py").write_text(_TEST)
        command = [program, "generate", "-t", str(tests), "-o", str(self._archive)]
        subprocess.run([*command, "--no-environment"], check=True, capture_output=True)

    def applies(self, attack: Attack) -> bool:
        """Whether it is an attack by code whose success can be seen in Otter."""
        by_code = attack.control == "grader" and attack.group == "code"
        return by_code and attack.sign in SIGNS and "gains" not in attack.header

    def succeeds(self, attack: Attack) -> bool:
        """Whether an attack gets what it wants."""
        with World() as world:
            self._hand_in(attack, world)
            control = self._run(world, _STALL_SECONDS if attack.sign == "stall" else _SECONDS)
            return product.sign_is_seen(attack, world, control, product.Control(None, 0))

    def _hand_in(self, attack: Attack, world: World) -> None:
        text = world.fill(attack.path.read_text(encoding="utf-8"))
        cell = {"cell_type": "code", "id": "a", "execution_count": None, "metadata": {}}
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        content = {
            "cells": [{**cell, "outputs": [], "source": text}],
            "metadata": {"kernelspec": kernel},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (world.submission / "net.ipynb").write_text(json.dumps(content))
        world.open_to_all()
        world.seal()

    def _run(self, world: World, seconds: float) -> product.Control:
        command = [self._program, "run", "-a", str(self._archive), "-o", str(world.results.parent)]
        process = subprocess.Popen(
            [*command, "--no-logo", str(world.submission / "net.ipynb")],
            cwd=world.folder,
            env={**os.environ, "GRADING_SECRET": world.token, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return product.Control("time", 0)
        finally:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return product.Control(None, 0)
