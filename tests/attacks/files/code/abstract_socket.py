# tries: to reach a local socket that has no file
# sign: contact
# outcome: error
# says: has no network
import socket
import time


def get_net():
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", "\0@ABSTRACT@")
    time.sleep(0.1)
