# tries: an error with half characters, which no file can hold
# sign: silence
# outcome: error
import sys


def get_net():
    sys.stdout.write(b"\xff\xfe\xc3(".decode("utf-8", "surrogateescape"))
    raise ValueError("\ud800\udfff" * 100)
