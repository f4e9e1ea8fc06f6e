# tries: to send a packet, as a name look-up does
# sign: contact
# outcome: error
# says: has no network
import socket
import time


def get_net():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", @PORT@))
    time.sleep(0.1)
