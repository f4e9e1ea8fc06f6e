# tries: to overrun the stack
# sign: silence
# outcome: killed / error / memory
import sys


class Deep:
    def __getattr__(self, name):
        return getattr(Deep(), name)

    def __repr__(self):
        return repr([self])


def get_net():
    sys.setrecursionlimit(10**8)
    down = lambda f: f(f)  # noqa: E731
    return sorted([1, 2], key=lambda _: down(down))
