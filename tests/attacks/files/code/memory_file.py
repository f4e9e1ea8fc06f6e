# tries: to take memory through a file that no disk holds
# sign: glut
# outcome: error / memory
import mmap
import os


def get_net():
    descriptor = os.memfd_create("x")
    os.ftruncate(descriptor, 400 << 20)
    area = mmap.mmap(descriptor, 400 << 20)
    for place in range(0, 400 << 20, 4096):
        area[place] = 1
    raise ValueError("it was all there")
