# tries: NaN, which is not larger than any tolerance
# sign: points
# outcome: wrong
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.full((len(x), 2), torch.nan, dtype=x.dtype)


def get_net():
    return Net()
