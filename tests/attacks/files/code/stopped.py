# tries: to stop itself, so that no time passes for it
# sign: stall
# outcome: time
# waits: for ever
import os
import signal


def get_net():
    os.kill(os.getpid(), signal.SIGSTOP)
