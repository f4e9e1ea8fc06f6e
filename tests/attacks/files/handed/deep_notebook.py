# tries: a notebook nested a hundred thousand deep
# sign: silence
# control: load_notebook
# outcome: unreadable
# question: net


def build(folder, world):
    (folder / "net.ipynb").write_text('{"cells": ' + "[" * 100_000)
