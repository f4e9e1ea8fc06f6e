# tries: an archive of a few kilobytes that unpacks into hundreds of megabytes
# sign: glut
# control: read_all
# outcome: unreadable
# question: net
# says: unpacks to
import zipfile


def build(folder, world):
    with zipfile.ZipFile(folder / "hand-in.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(12):
            archive.writestr(f"net{number}.py", bytes(30 << 20))
