# tries: an archive with tens of thousands of entries, each with something to note
# sign: glut
# control: read_all
# outcome: unreadable
# question: net
# says: entries
import zipfile


def build(folder, world):
    with zipfile.ZipFile(folder / "hand-in.zip", "w") as archive:
        for number in range(25_000):
            archive.writestr(f"../{'x' * 80}{number}.py", "")
