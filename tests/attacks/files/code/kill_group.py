# tries: to kill the process group of another process
# sign: victim
# outcome: error
# says: PermissionError
import os


def get_net():
    os.killpg(@VICTIM@, 9)
