# tries: the same with a pipe, which needs no socket
# sign: victim
# outcome: error / wrong
import fcntl
import os
import signal

from torch import nn


def get_net():
    reading, writing = os.pipe()
    fcntl.fcntl(reading, fcntl.F_SETOWN, @VICTIM@)
    fcntl.fcntl(reading, 10, signal.SIGKILL)
    fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    os.write(writing, b"x")
    return nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
