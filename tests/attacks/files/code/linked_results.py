# tries: to put a link to a file of its own in place of the results
# sign: files
# outcome: error
# says: may not write files
import os


def get_net():
    os.symlink("@WORLD@/submission/net.py", "@WORLD@/results/mine")
    os.link("@WORLD@/results/results.json", "@WORLD@/results/kept")
    os.rename("@WORLD@/results/mine", "@WORLD@/results/results.json")
