# tries: modules of its own under the names that the grader imports
# sign: points
# control: grader
# outcome: wrong
# question: net
from tests.attacks.product import WRONG


def build(folder, world):
    (folder / "net.py").write_text(WRONG)
    (folder / "helper.py").write_text("def check(output, expected):\n    pass\n")
    for name in ("sitecustomize.py", "conftest.py", "usercustomize.py"):
        (folder / name).write_text("import unittest\n\nunittest.TestCase.fail = print\n")
