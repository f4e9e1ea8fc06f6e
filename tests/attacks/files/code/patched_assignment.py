# tries: to have its wrong weights put into the reference in place of the other way round
# sign: points
# outcome: wrong / refused / error
import torch
from torch import nn


def get_net():
    mine = nn.Linear(3, 2)

    def copied(self, other, *_, **__):
        other.data.zero_()
        self.data.zero_()
        return self

    torch.Tensor.copy_ = copied
    nn.Linear.forward = lambda self, x: (x * 0).sum(1, keepdim=True).expand(len(x), 2)
    return mine
