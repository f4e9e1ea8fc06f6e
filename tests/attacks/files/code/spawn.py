# tries: to start another program by the way that needs no fork
# sign: files
# outcome: processes
# says: may not start processes
import os
import time


def get_net():
    os.posix_spawn("/bin/touch", ["touch", "@WORLD@/desk/mark"], {})
    time.sleep(0.2)
