# tries: to swap the whole folder of the results
# sign: files
# outcome: error
# says: may not write files
import os


def get_net():
    os.rename("@WORLD@/results", "@WORLD@/old")
    os.mkdir("@WORLD@/results")
