# tries: to send its answer one byte at a time
# sign: stall
# control: pipe
# outcome: time
# waits: for ever
import os
import time


def get_net():
    os.write(4, b"\x00\x00\xff\xff")
    while True:
        os.write(4, b"\x80")
        time.sleep(0.05)
