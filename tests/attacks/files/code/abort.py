# tries: to abort, and to leave a core file
# sign: silence
# outcome: killed / error
import os
import resource


def get_net():
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))
    except (OSError, ValueError):
        pass
    os.abort()
