# tries: a named pipe in place of a file, on which reading waits for ever
# sign: stall
# control: follow
# outcome: unreadable
# question: net
# says: is a link or a device
import os


def build(folder, world):
    os.mkfifo(folder / "net.py")
