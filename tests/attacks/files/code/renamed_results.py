# tries: to swap the whole folder of the results
# sign: files
# outcome: error
# says: PermissionError
import os


def get_net():
    os.rename("@WORLD@/results", "@WORLD@/old")
    os.mkdir("@WORLD@/results")
