# tries: to read what another student handed in
# sign: leak
# outcome: error
# says: PermissionError
# jailed: error FileNotFoundError


def get_net():
    with open("@WORLD@/submissions/alice/net.py") as theirs:
        raise RuntimeError(theirs.read())
