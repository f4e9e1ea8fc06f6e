# tries: to tie another process to one processor
# sign: victim
# outcome: error
# says: PermissionError
import os


def get_net():
    os.sched_setaffinity(@VICTIM@, {max(os.sched_getaffinity(0))})
