# tries: to kill another process through a descriptor of it
# sign: victim
# outcome: error
# says: PermissionError
import os
import signal


def get_net():
    signal.pidfd_send_signal(os.pidfd_open(@VICTIM@), 9)
