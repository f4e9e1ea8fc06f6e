import torch


def softmax(z):
    raise NotImplementedError


def grad_W(W, x, g):
    raise NotImplementedError
