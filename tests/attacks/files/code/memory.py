# tries: to take all memory
# sign: glut
# outcome: memory


def get_net():
    kept = []
    for _ in range(50):
        kept.append(bytearray(b"x" * (8 << 20)))
    raise ValueError("it was all there")
