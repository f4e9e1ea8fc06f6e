# tries: to make a named pipe where the grader reads
# sign: files
# outcome: error
# says: PermissionError
import os


def get_net():
    os.mkfifo("@WORLD@/submission/answers.md")
