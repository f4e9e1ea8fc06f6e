"""Runs the tests as Gradescope's own example does: in one process with the student's code."""

import sys
import unittest
from pathlib import Path

from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner


def main(root):
    """Grade root/submission into root/results/results.json."""
    sys.path[:0] = [str(root / "submission"), str(root / "source")]
    suite = unittest.defaultTestLoader.loadTestsFromName("net_tests")
    with (root / "results" / "results.json").open("w") as stream:
        JSONTestRunner(visibility="visible", stdout_visibility="visible", stream=stream).run(suite)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
