# tries: to reach another program's local socket, such as Docker's
# sign: contact
# outcome: error
# says: has no network
import socket
import time


def get_net():
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", "@WORLD@/socket")
    time.sleep(0.1)
