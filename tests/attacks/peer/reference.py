"""The right answer, which students must not read. @TOKEN@"""

from torch import nn


def get_net():
    return nn.Linear(3, 2)
