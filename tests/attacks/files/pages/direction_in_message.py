# tries: characters that turn the direction of the text around them
# sign: active
# outcome: error


def get_net():
    raise ValueError("\u202e0.0 / 01 :latoT\u2066\u200f\u202d")
