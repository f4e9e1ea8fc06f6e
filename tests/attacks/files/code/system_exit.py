# tries: to leave through the exception that is no error, while it is loaded
# sign: silence
# outcome: error
# says: SystemExit


def leave():
    raise SystemExit(0)


def get_net(now=leave()):
    return None
