# tries: an archive whose directory is damaged
# sign: silence
# control: read_all
# outcome: unreadable
# question: net
import io
import zipfile


def build(folder, world):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("net.py", "get_net = None\n" * 100)
    data = bytearray(stream.getvalue())
    place = data.index(b"PK\1\2")
    data[place : place + 40] = b"\xff" * 40
    (folder / "hand-in.zip").write_bytes(bytes(data))
