# tries: to stop another process of the grader's
# sign: victim
# outcome: error
# says: PermissionError
import os
import signal
import time


def get_net():
    os.kill(@VICTIM@, signal.SIGSTOP)
    time.sleep(0.1)
