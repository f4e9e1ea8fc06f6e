# tries: cells that are not what cells are
# sign: silence
# control: load_notebook
# outcome: wrong
# question: net
import json

from tests.attacks.product import WRONG


def build(folder, world):
    cells = [None, 7, [], {"cell_type": ["code"]}, {"cell_type": "code", "source": {"a": [1]}}]
    cells += [{"source": None}, {"cell_type": "code", "source": [1, None, WRONG]}]
    cells += [{"cell_type": "code", "source": WRONG, "outputs": "none"}]
    (folder / "net.ipynb").write_text(json.dumps({"cells": cells, "metadata": 3}))
