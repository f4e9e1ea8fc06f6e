# tries: to hang where objects are taken away
# sign: stall
# outcome: time
# waits: for ever


class Endless:
    def __del__(self):
        while True:
            pass


def get_net():
    Endless()
