# tries: to read the command line of another process of the grader's
# sign: leak
# outcome: error
# says: PermissionError
# jailed: error FileNotFoundError


def get_net():
    with open("/proc/@VICTIM@/cmdline") as arguments:
        raise RuntimeError(arguments.read())
