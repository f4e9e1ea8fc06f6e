# tries: to kill another process of the grader's
# sign: victim
# outcome: error
# says: PermissionError
import os


def get_net():
    os.kill(@VICTIM@, 9)
