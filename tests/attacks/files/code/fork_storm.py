# tries: to start two dozen processes
# sign: survivors
# outcome: processes
# says: may not start processes
import os
import time


def get_net():
    for _ in range(24):
        if os.fork() == 0:
            os.setsid()
            time.sleep(4)
            os._exit(0)
