# tries: a name, a number and an address with formulas behind separators and invisible signs
# sign: formula
# control: table
# outcome: wrong
# student: Mallory;=1+1	@SUM(A1)|+cmd|'/C calc'!A0
from torch import nn


def get_net():
    return nn.Linear(3, 5)
