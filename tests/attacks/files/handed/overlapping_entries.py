# tries: many entries that share the same bytes of the archive
# sign: glut
# control: read_all
# outcome: unreadable / wrong
# question: net
import struct
import zlib


def build(folder, world):
    data = b"# " + bytes(30 << 20)
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    name, crc = b"net.py", zlib.crc32(data)
    sizes = struct.pack("<LLL", crc, len(packed), len(data))
    local = struct.pack("<4sHHHHH", b"PK\3\4", 20, 0, 8, 0, 33) + sizes
    local += struct.pack("<HH", len(name), 0) + name + packed
    entry = struct.pack("<4sHHHHHH", b"PK\1\2", 20, 20, 0, 8, 0, 33) + sizes
    entry += struct.pack("<HHHHHLL", len(name), 0, 0, 0, 0, 0, 0) + name
    count = 12
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, count, count, len(entry) * count, len(local), 0)
    (folder / "hand-in.zip").write_bytes(local + entry * count + end)
