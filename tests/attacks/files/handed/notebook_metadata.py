# tries: metadata that would choose the program that runs the notebook
# sign: files
# control: run_notebook
# outcome: wrong
# question: net
import json

from tests.attacks.product import WRONG


def build(folder, world):
    argv = ["/bin/sh", "-c", f"echo x > {world.folder}/desk/mark"]
    metadata = {
        "kernelspec": {"name": "../../../bin/sh", "language": "python", "argv": argv},
        "otter": {"assignment_name": "../../results", "OK_FORMAT": argv},
        "widgets": {"application/javascript": "alert(1)"},
    }
    cell = {"cell_type": "code", "source": WRONG, "metadata": {"tags": ["<script>", argv]}}
    content = {"metadata": metadata, "cells": [cell], "nbformat": 10**30, "nbformat_minor": -1}
    (folder / "net.ipynb").write_text(json.dumps(content))
