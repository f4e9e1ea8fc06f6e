# tries: two files of one name, one to be looked at and one to be graded
# sign: masked
# control: unpack_masked
# outcome: wrong
# question: net
# says: twice
import warnings
import zipfile

from tests.attacks.product import GOOD, WRONG


def build(folder, world):
    with warnings.catch_warnings(), zipfile.ZipFile(folder / "hand-in.zip", "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("net.py", WRONG)
        archive.writestr("net.py", GOOD)
