# tries: to break Python for the student who is graded next
# sign: next
# control: two
# outcome: wrong / error / refused / protocol / time
import builtins

from torch import nn


def get_net():
    builtins.isinstance = lambda *_: False
    return nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
