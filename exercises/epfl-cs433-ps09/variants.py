"""Right answers that are written otherwise than the reference.

The exercise's text gives a skip convolution only to blocks that change the shape; the template of 2022
gave one to every block. A 1x1 kernel in the skip is the textbook's usual choice. A log-softmax at the end
changes nothing before the cross-entropy, which applies one itself: log-softmax of log-softmax is the same.
"""

from torch import nn

from reference.cnn import get_cnn
from reference.mlp import get_mlp
from reference.resnet import PointwiseBlock, PointwiseProjectedBlock, ProjectedBlock, ResidualBlock
from reference.resnet import get_model as build


def text(depth, base_width=16):
    return build(depth, ResidualBlock, base_width)


def template(depth, base_width=16):
    return build(depth, ProjectedBlock, base_width)


def pointwise(depth, base_width=16):
    return build(depth, PointwiseBlock, base_width)


def pointwise_template(depth, base_width=16):
    return build(depth, PointwiseProjectedBlock, base_width)


def mlp_with_log_softmax(image_size):
    return nn.Sequential(get_mlp(image_size), nn.LogSoftmax(dim=1))


def cnn_with_log_softmax(image_size):
    return nn.Sequential(get_cnn(image_size), nn.LogSoftmax(dim=1))
