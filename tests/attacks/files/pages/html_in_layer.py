# tries: mark-up as the name of a layer's class
# sign: active
# outcome: wrong / error / refused
from torch import nn


def get_net():
    kind = type("<b onmouseover=alert(1)>Layer", (nn.Linear,), {})
    net = nn.Sequential(kind(3, 5), kind(5, 2), nn.Linear(2, 2))
    net.forward = lambda x: {}[type(net[0]).__name__]
    return net
