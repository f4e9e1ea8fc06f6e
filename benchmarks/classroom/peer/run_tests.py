"""Grades one submission as Gradescope's example does: run_tests.py theory|code|both FOLDER RESULTS"""

import os
import sys
import unittest
from pathlib import Path

from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

MODULES = {
    "theory": ["theory_tests"],
    "code": ["code_tests"],
    "both": ["theory_tests", "code_tests"],
}


def main(what, submission, results):
    os.environ["SUBMISSION"] = submission
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[3])]
    suite = unittest.defaultTestLoader.loadTestsFromNames(MODULES[what])
    with Path(results).open("w") as stream:
        JSONTestRunner(visibility="visible", stream=stream).run(suite)


if __name__ == "__main__":
    main(*sys.argv[1:])
