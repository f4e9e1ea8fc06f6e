# tries: characters that some databases refuse
# sign: active
# outcome: error


def get_net():
    print("\x00\x01\x0b\x7f\x85")
    raise ValueError("a\x00b")
