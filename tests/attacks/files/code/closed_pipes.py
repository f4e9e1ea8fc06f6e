# tries: to close every descriptor and to stay
# sign: silence
# control: pipe
# outcome: protocol
import os
import time


def get_net():
    for descriptor in range(64):
        try:
            os.close(descriptor)
        except OSError:
            pass
    time.sleep(2)
    os._exit(0)
