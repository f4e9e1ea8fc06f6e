import torch.nn as nn


def get_classifier():
    # TODO: an nn.Module that gives ten scores for each image of (N, 1, 8, 8)
    raise NotImplementedError
