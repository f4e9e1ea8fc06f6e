# tries: two names that some systems take for one
# sign: masked
# control: unpack_masked
# outcome: wrong
# question: net
# says: NET.PY
import zipfile

from tests.attacks.product import GOOD, WRONG


def build(folder, world):
    with zipfile.ZipFile(folder / "hand-in.zip", "w") as archive:
        archive.writestr("net.py", WRONG)
        archive.writestr("NET.PY", GOOD)
