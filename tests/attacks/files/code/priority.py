# tries: to make another process slow
# sign: victim
# outcome: error
# says: PermissionError
import os


def get_net():
    os.setpriority(os.PRIO_PROCESS, @VICTIM@, 19)
