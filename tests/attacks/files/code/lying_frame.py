# tries: an array that claims to be larger than what was sent
# sign: silence
# control: pipe
# outcome: protocol
import os
import struct

import msgpack


def get_net():
    header = msgpack.packb(["float64", [1 << 20, 1 << 20]])
    data = struct.pack(">H", len(header)) + header + b"xx"
    body = msgpack.packb({"id": 2, "value": msgpack.ExtType(1, data)})
    os.write(4, struct.pack(">I", len(body)) + body)
    os._exit(0)
