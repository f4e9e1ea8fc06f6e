# tries: an entry that is a link to the answers
# sign: leak
# control: unpack
# outcome: unreadable
# question: net
# says: links
import zipfile


def build(folder, world):
    link = zipfile.ZipInfo("net.py")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "hand-in.zip", "w") as archive:
        archive.writestr(link, f"{world.folder}/source/reference.py")
