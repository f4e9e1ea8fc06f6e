import numpy as np


def softmax(z):
    weights = np.exp(z - np.max(z))
    return weights / weights.sum()
