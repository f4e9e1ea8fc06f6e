# tries: numbers in a notebook that no program can hold
# sign: silence
# control: load_notebook
# outcome: unreadable / wrong
# question: net


def build(folder, world):
    digits = "9" * 6000
    text = f'{{"cells": [{{"cell_type": "code", "execution_count": {digits}, "source": "x = 1"}}]}}'
    (folder / "net.ipynb").write_text(text)
