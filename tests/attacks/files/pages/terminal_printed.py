# tries: to hide a failure by printing over it
# sign: active
# outcome: error


def get_net():
    print("\x1b[8m hidden \x1b[1A\x1b[2K Total: 15 of 15 points \x1b]8;;http://example.org\x07")
    raise ValueError("\x1b[1F\x1b[0K")
