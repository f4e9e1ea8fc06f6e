# tries: to take memory that is shared, which some limits do not count
# sign: glut
# outcome: memory / error
import mmap


def get_net():
    area = mmap.mmap(-1, 400 << 20)
    for place in range(0, 400 << 20, 4096):
        area[place] = 1
    raise ValueError("it was all there")
