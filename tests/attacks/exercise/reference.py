from torch import nn


def get_net():
    return nn.Linear(3, 2)
