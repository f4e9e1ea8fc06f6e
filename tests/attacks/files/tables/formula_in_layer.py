# tries: a formula as the name of a layer's class, and in the line of code that is shown
# sign: formula
# control: table
# outcome: error
from torch import nn


def get_net():
    net = type("=WEBSERVICE(A1)", (nn.Linear,), {})(3, 2)
    raise RuntimeError(str(net), "=1+1") if net is None else RuntimeError(net)
