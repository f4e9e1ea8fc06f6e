# tries: to leave a process of its own session behind
# sign: survivors
# outcome: processes
# says: may not start processes
import os
import time


def get_net():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(6)
        os._exit(0)
