# tries: to change the inputs in place before the reference sees them
# sign: points
# outcome: wrong / error
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 2)

    def forward(self, x):
        with torch.no_grad():
            x.zero_()
        return self.a.bias.expand(len(x), 2)


def get_net():
    return Net()
