# tries: to start workers as libraries do
# sign: survivors
# outcome: processes
# says: may not start processes
import multiprocessing
import time


def get_net():
    worker = multiprocessing.get_context("fork").Process(target=time.sleep, args=(6,))
    worker.start()
    multiprocessing.process._children.clear()
