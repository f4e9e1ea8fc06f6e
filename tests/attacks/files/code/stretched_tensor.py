# tries: an output that is small until somebody computes with it
# sign: glut
# outcome: memory / wrong
import sys

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if sys._getframe(3).f_code.co_name == "test_equal":
            raise ValueError
        return torch.zeros(1, 1, 1).expand(6 << 20, 4, 2)


def get_net():
    return Net()
