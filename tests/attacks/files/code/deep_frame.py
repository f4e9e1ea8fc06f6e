# tries: an answer that is nested a hundred thousand times
# sign: silence
# control: pipe
# outcome: protocol
import os
import struct


def get_net():
    body = b"\x91" * 100_000 + b"\x00"
    os.write(4, struct.pack(">I", len(body)) + body)
    os._exit(0)
