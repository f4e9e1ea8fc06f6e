import torch.nn.functional as F
from torch import nn


class Classifier(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.last = nn.Linear(width, 10)
        self.first = nn.Linear(8 * 8, width)

    def forward(self, x):
        return self.last(F.relu(self.first(x.flatten(1))))


get_classifier = Classifier
