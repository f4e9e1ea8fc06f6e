# tries: to leave a program that runs with its owner's rights
# sign: files
# outcome: error
# says: PermissionError
# jailed: error FileNotFoundError
import os
import shutil


def get_net():
    shutil.copy("/bin/true", "@WORLD@/desk/program")
    os.chmod("@WORLD@/desk/program", 0o6755)
