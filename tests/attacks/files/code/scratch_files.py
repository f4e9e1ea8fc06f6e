# tries: to leave files where any program may write
# sign: leftovers
# outcome: error
import os
import tempfile


def get_net():
    path = os.path.join("/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir(), "@ABSTRACT@")
    with open(path, "w") as planted:
        planted.write("x" * 100_000)
