# tries: a tensor that gives other numbers whenever it is converted
# sign: points
# outcome: wrong / refused / error
import torch
from torch import nn


class Shifty(torch.Tensor):
    def tolist(self):
        class Any(list):
            def __eq__(self, other):
                return True

        return Any()

    def numpy(self, *_, **__):
        return self

    def double(self):
        return self

    def detach(self):
        return self


class Net(nn.Module):
    def forward(self, x):
        return x[:, :2].as_subclass(Shifty)


def get_net():
    return Net()
