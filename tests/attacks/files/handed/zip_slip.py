# tries: an entry whose name climbs out of the folder it is unpacked into
# sign: files
# control: unpack
# outcome: unreadable
# question: net
# says: outside the archive
import zipfile


def build(folder, world):
    with zipfile.ZipFile(folder / "hand-in.zip", "w") as archive:
        archive.writestr("../desk/escaped.py", "get_net = None\n")
        archive.writestr("..\\desk\\escaped.py", "get_net = None\n")
