# tries: to read the grader's questions and to answer them in its own words
# sign: points
# control: pipe
# outcome: protocol / killed / time / error
# waits: for a question that does not come
import os
import struct

import msgpack


def get_net():
    body = msgpack.packb({"id": 2, "score": 70.0, "value": 1})
    os.write(4, struct.pack(">I", len(body)) + body)
    while True:
        (length,) = struct.unpack(">I", os.read(3, 4))
        question = msgpack.unpackb(os.read(3, length))
        body = msgpack.packb({"id": question["id"], "value": {"output": [4, 2], "layers": []}})
        os.write(4, struct.pack(">I", len(body)) + body)
