# tries: the marks of merge conflicts, two hundred thousand of them
# sign: stall
# control: patterns
# outcome: unreadable
# question: net


def build(folder, world):
    (folder / "net.ipynb").write_text('{"cells": [' + "\n<<<<<<< " * 200_000)
