# tries: to compute for ever, deaf to every signal and exception
# sign: stall
# outcome: time
# waits: for ever
import signal


def get_net():
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
