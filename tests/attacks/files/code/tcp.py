# tries: to reach a server on the network
# sign: contact
# outcome: error
# says: has no network
import socket
import time


def get_net():
    socket.create_connection(("127.0.0.1", @PORT@), 2).close()
    time.sleep(0.1)
