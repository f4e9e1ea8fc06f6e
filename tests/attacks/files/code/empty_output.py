# tries: nothing, all of which is close to anything
# sign: points
# outcome: wrong
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.zeros((0, 2), dtype=x.dtype)


def get_net():
    return Net()
