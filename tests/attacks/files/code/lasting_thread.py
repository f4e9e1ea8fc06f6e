# tries: a thread that never ends, for which an interpreter waits
# sign: stall
# outcome: wrong
# waits: it does so in the naive grader only
import threading
import time

from torch import nn


def get_net():
    threading.Thread(target=time.sleep, args=(30,)).start()
    return nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
