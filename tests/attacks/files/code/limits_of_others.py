# tries: to take the open files and memory of another process away
# sign: victim
# outcome: error
# says: PermissionError
import resource


def get_net():
    resource.prlimit(@VICTIM@, resource.RLIMIT_NOFILE, (3, 3))
