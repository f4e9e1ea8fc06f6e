# tries: to fork with the raw system call
# sign: survivors
# outcome: wrong
import ctypes
import os
import platform
import time

from torch import nn


def get_net():
    number = {"x86_64": 57, "aarch64": 220}[platform.machine()]
    child = ctypes.CDLL(None).syscall(number, 17, 0, 0, 0, 0)
    if child == 0:
        os.setsid()
        time.sleep(6)
        os._exit(0)
    return nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
