# tries: an error message of many megabytes
# sign: glut
# outcome: error


def get_net():
    raise ValueError("x" * (12 << 20))
