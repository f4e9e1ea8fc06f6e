# tries: to show the environment's secrets
# sign: leak
# outcome: error
# says: RuntimeError
import os


def get_net():
    raise RuntimeError(str(dict(os.environ)))
