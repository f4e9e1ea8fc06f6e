# tries: to have the kernel send a deadly signal when data arrives
# sign: victim
# outcome: error
# says: PermissionError
import fcntl
import os
import signal
import socket


def get_net():
    mine, other = socket.socketpair()
    fcntl.fcntl(mine, fcntl.F_SETOWN, @VICTIM@)
    fcntl.fcntl(mine, 10, signal.SIGKILL)
    fcntl.fcntl(mine, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    other.send(b"x")
