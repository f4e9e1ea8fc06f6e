# tries: an error that fails to describe itself
# sign: silence
# outcome: error


class Mute(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


def get_net():
    raise Mute
