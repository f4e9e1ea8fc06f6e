# tries: to read another process's memory through /proc
# sign: leak
# outcome: error
# says: PermissionError
# jailed: error FileNotFoundError


def get_net():
    with open("/proc/@VICTIM@/mem", "rb") as memory:
        memory.seek(@ADDRESS@)
        raise RuntimeError(memory.read(40).decode())
