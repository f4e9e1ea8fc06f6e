# tries: to replace what it handed in after it was graded
# sign: files
# outcome: error
# says: may not write files


def get_net():
    with open("@WORLD@/submission/net.py", "w") as mine:
        mine.write("# I was never here\n")
