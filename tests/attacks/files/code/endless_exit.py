# tries: to hang when the interpreter ends
# sign: stall
# outcome: wrong
# waits: for ever, in the naive grader
import atexit

from torch import nn


def hang():
    while True:
        pass


def get_net():
    atexit.register(hang)
    return nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
