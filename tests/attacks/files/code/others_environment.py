# tries: to read the environment of another process of the grader's
# sign: leak
# outcome: error
# says: PermissionError
# jailed: error FileNotFoundError


def get_net():
    with open("/proc/@VICTIM@/environ") as environment:
        raise RuntimeError(environment.read())
