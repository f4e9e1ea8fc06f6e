# tries: to sleep past every deadline
# sign: stall
# outcome: time
# waits: an hour
import time


def get_net():
    time.sleep(3600)
