# tries: an entry that cannot be read without a password
# sign: silence
# control: read_all
# outcome: unreadable
# question: net
# says: cannot be unpacked
import io
import zipfile


def build(folder, world):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("net.py", "get_net = None\n")
    data = bytearray(stream.getvalue())
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + place] |= 1
    (folder / "hand-in.zip").write_bytes(bytes(data))
