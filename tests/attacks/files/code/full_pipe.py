# tries: to send answers without end, none of which was asked for
# sign: points
# control: pipe
# outcome: protocol / time
import os
import struct

import msgpack


def get_net():
    body = msgpack.packb({"id": 99, "score": 70.0, "pad": b"x" * 60_000})
    for _ in range(200):
        os.write(4, struct.pack(">I", len(body)) + body)
    os._exit(0)
