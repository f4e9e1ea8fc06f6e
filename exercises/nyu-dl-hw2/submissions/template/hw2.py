"""Homework 2: write the functions below. Vectors and matrices are torch tensors."""

import torch


def recurrent_gradient(W_c, W_h, W_x, x, grad_h):
    """The gradient of the loss by W_x, of shape (m, n).

    W_c, W_x: (m, n); W_h: (m, m); x: (K, n); grad_h: (K, m), the derivatives by h[1], ..., h[K].
    """
    raise NotImplementedError  # TODO


def attention_rnn(Q, K, V, x):
    """The states of AttentionRNN(k), of shape (T, n).

    Q, K, V: (k + 1, n, n), the matrix of the input first, then that of h[t-1], h[t-2], ...; x: (T, n).
    """
    raise NotImplementedError  # TODO


def attention_all(Q, K, V, x):
    """The states of AttentionRNN(infinity), of shape (T, n).

    Q, K, V: (2, n, n), the matrix of the input, then that of all states; x: (T, n).
    """
    raise NotImplementedError  # TODO


def attention_jacobian(Q, K, V, x, h_1, h_2):
    """The derivative of h[t] by h[t-1] in AttentionRNN(2), of shape (n, n).

    Q, K, V: (3, n, n); x, h_1, h_2: (n,), the input, h[t-1] and h[t-2].
    """
    raise NotImplementedError  # TODO


def attention_gradient(J, g):
    """The gradient of the loss by h[T] in AttentionRNN(k), of shape (n,).

    J: (k, n, n), the derivatives of h[T+1], ..., h[T+k] by h[T]; g: (k, n), the gradients by them.
    """
    raise NotImplementedError  # TODO
