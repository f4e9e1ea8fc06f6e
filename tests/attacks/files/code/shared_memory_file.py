# tries: to leave a file in shared memory
# sign: leftovers
# outcome: error


def get_net():
    with open("/dev/shm/@ABSTRACT@", "w") as planted:
        planted.write("x" * 100_000)
