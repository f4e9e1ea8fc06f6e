# tries: to kill another process by its thread, with the raw system call
# sign: victim
# outcome: wrong
import ctypes
import platform

from torch import nn


def get_net():
    number = {"x86_64": 234, "aarch64": 131}[platform.machine()]
    ctypes.CDLL(None).syscall(number, @VICTIM@, @VICTIM@, 9)
    return nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
