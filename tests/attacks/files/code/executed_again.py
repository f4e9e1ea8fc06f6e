# tries: to become another program
# sign: files
# outcome: processes
# says: may not start processes
import os


def get_net():
    for descriptor in range(3, 6):
        try:
            os.set_inheritable(descriptor, True)
        except OSError:
            pass
    os.execv("/bin/sh", ["sh", "-c", "echo x > @WORLD@/desk/mark"])
