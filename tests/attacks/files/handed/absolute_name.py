# tries: an entry with an absolute name
# sign: files
# control: unpack
# outcome: unreadable
# question: net
# says: outside the archive
import zipfile


def build(folder, world):
    with zipfile.ZipFile(folder / "hand-in.zip", "w") as archive:
        archive.writestr(f"{world.folder}/desk/escaped.py", "get_net = None\n")
