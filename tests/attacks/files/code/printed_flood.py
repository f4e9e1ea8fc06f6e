# tries: to print without end, all in one line
# sign: glut
# outcome: output
import sys

from torch import nn


def get_net():
    for _ in range(24):
        sys.stdout.write("x" * (1 << 20))
        sys.stdout.flush()
    return nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
