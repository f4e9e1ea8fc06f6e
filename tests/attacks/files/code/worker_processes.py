# tries: to start workers as libraries do
# sign: survivors
# outcome: processes
# says: may not start processes
import multiprocessing
import os
import time


def stay():
    os.setsid()
    time.sleep(6)


def get_net():
    worker = multiprocessing.get_context("fork").Process(target=stay)
    worker.start()
    multiprocessing.process._children.clear()
