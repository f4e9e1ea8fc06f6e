# tries: to leave a System V shared memory segment behind
# sign: leftovers
# outcome: wrong
import ctypes

from torch import nn


def get_net():
    ctypes.CDLL(None).shmget(0xA77AC4, 65536, 0o1666)
    return nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
