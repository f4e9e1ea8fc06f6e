# tries: to fill the disk with many files, each below the limit for one
# sign: files
# outcome: error
# says: may not write files


def get_net():
    for number in range(4):
        with open(f"@WORLD@/desk/{number}", "wb") as file:
            file.write(bytes(1 << 20))
