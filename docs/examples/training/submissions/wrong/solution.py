import torch
import torch.nn as nn


class Averaged(nn.Module):
    def __init__(self):
        super().__init__()
        self.scores = nn.Linear(1, 10)

    def forward(self, x):
        return self.scores(x.mean(dim=(1, 2, 3)).unsqueeze(1))


def get_classifier():
    return Averaged()
