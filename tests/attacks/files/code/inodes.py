# tries: to use up the file system's inodes
# sign: files
# outcome: error
# says: may not write files


def get_net():
    for number in range(300):
        open(f"@WORLD@/desk/{number}", "w").close()
