"""A convolutional network for small greyscale images, of any size.

Four 5×5 convolutions, two of them with stride 2; global average pooling makes the classifier, a 1×1
convolution, independent of the image's size. 360,778 parameters (`python -m reference.cnn`). Trained for
10 epochs on 1437 digits at 8×8 it classifies 97.4 % ± 0.6 of 360 held-out digits (12 seeds, AdamW, rate
2e-3, batches of 16; the question `accuracy-cnn` of `epfl-cs433-ps09` trains it so).

A kernel of 5 with padding 2 keeps the size at stride 1: (W + 2·2 − 5)/1 + 1 = W. The receptive field of
a unit before the pooling is 1 + 4·1 + 4·1 + 4·2 + 4·2 = 25 pixels wide.
"""

from __future__ import annotations

from torch import nn

CLASSES = 10


def get_cnn(image_size: int) -> nn.Sequential:
    """(N, 1, W, W) to (N, 10) scores."""
    return nn.Sequential(
        nn.Conv2d(1, 32, kernel_size=5, padding=2),  # (N, 32, W, W)
        nn.ReLU(),
        nn.Conv2d(32, 64, kernel_size=5, stride=2, padding=2),  # (N, 64, W/2, W/2)
        nn.ReLU(),
        nn.Conv2d(64, 64, kernel_size=5, padding=2),  # (N, 64, W/2, W/2)
        nn.ReLU(),
        nn.Conv2d(64, 128, kernel_size=5, stride=2, padding=2),  # (N, 128, W/4, W/4)
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),  # (N, 128, 1, 1)
        nn.Conv2d(128, CLASSES, kernel_size=1),  # (N, 10, 1, 1)
        nn.Flatten(),  # (N, 10)
    )


if __name__ == "__main__":
    print(sum(parameter.numel() for parameter in get_cnn(28).parameters()))
