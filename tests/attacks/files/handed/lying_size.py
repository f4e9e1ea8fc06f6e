# tries: an entry that says it is small and is not
# sign: glut
# control: read_all
# outcome: unreadable
# question: net
import io
import struct
import zipfile


def build(folder, world):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(12):
            archive.writestr(f"net{number}.py", bytes(30 << 20))
    lie = stream.getvalue().replace(struct.pack("<L", 30 << 20), struct.pack("<L", 900))
    (folder / "hand-in.zip").write_bytes(lie)
