# tries: an error whose message never ends
# sign: stall
# outcome: time
# waits: for ever


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def get_net():
    raise Endless
