# tries: to run a program out of memory, past any rule on files
# sign: files
# outcome: error
# says: PermissionError
import os
import time


def get_net():
    descriptor = os.memfd_create("program", 0)
    os.write(descriptor, b"#!/bin/sh\necho x > @WORLD@/desk/mark\n")
    if os.fork() == 0:
        os.execv(f"/proc/self/fd/{descriptor}", ["program"])
    time.sleep(0.3)
