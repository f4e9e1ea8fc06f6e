# tries: to leave through an interrupt that nobody made
# sign: silence
# outcome: error
# says: KeyboardInterrupt


def get_net():
    raise KeyboardInterrupt
