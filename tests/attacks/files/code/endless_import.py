# tries: to hang while its definitions are loaded
# sign: stall
# outcome: time
# waits: for ever


class Now:
    while True:
        pass


def get_net():
    return None
