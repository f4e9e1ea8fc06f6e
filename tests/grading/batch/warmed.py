"""What a process that grades needs before it starts; imported once, and then only forked."""

from autograder.checks.catalogue import load
from autograder.grading.digests import code_digest, versions
from autograder.reports.page import class_page as class_page
from tests.conftest import ROOT

load(ROOT / "docs" / "examples" / "expression")
code_digest()
versions()
