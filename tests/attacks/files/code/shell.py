# tries: to run a command
# sign: files
# outcome: processes
# says: may not start processes
import os

from torch import nn


def get_net():
    os.system("echo x > @WORLD@/desk/mark")
    return nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
