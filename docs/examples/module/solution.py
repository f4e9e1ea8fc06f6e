"""The network that is asked for."""

import torch.nn as nn


def get_classifier(width):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 10)
    )


def without_relu(width):
    return nn.Sequential(nn.Flatten(), nn.Linear(64, width), nn.Linear(width, 10))
