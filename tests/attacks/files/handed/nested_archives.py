# tries: archives within archives, each larger than the one around it
# sign: glut
# control: read_nested
# outcome: unreadable
# question: net
import io
import zipfile


def build(folder, world):
    data, name = bytes(30 << 20), "net.py"
    for depth in range(3):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for copy in range(12 if depth == 0 else 1):
                archive.writestr(f"{copy}{name}", data)
        data, name = stream.getvalue(), "inner.zip"
    (folder / "hand-in.zip").write_bytes(data)
