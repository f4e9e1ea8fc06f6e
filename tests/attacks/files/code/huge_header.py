# tries: to announce four gigabytes and to send none
# sign: stall
# control: pipe
# outcome: protocol
# waits: in a grader that believes it
import os
import time


def get_net():
    os.write(4, b"\xff\xff\xff\xff")
    time.sleep(3600)
