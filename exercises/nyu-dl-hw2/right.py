"""Right functions for the questions about recurrent networks; shapes are in each docstring."""

import torch


def recurrent_gradient(W_c, W_h, W_x, x, grad_h):
    """sum_t (grad_h[t] * (1 - c[t])) x[t]^T: (m, n), from x (K, n) and grad_h (K, m)."""
    h = torch.zeros(W_h.shape[0], dtype=x.dtype)
    total = torch.zeros_like(W_x)
    for step, gradient in zip(x, grad_h):
        c = torch.sigmoid(W_c @ step + W_h @ h)
        h = c * h + (1 - c) * (W_x @ step)
        total = total + torch.outer(gradient * (1 - c), step)
    return total


def attend(Q, K, V, sources):
    """One state (n,): the values of the sources, weighted by the softmax of q_i . k_i."""
    products = [(q @ s) @ (k @ s) for q, k, s in zip(Q, K, sources)]
    weights = torch.softmax(torch.stack(products), 0)
    values = torch.stack([v @ s for v, s in zip(V, sources)])
    return weights @ values


def attention_rnn(Q, K, V, x):
    """The states (T, n) of AttentionRNN(k) from Q, K, V (k + 1, n, n) and x (T, n)."""
    past = [torch.zeros_like(x[0])] * (len(Q) - 1)
    states = []
    for step in x:
        states.append(attend(Q, K, V, [step, *past]))
        past = [states[-1], *past][: len(past)]
    return torch.stack(states)


def attention_all(Q, K, V, x):
    """The states (T, n) of AttentionRNN(infinity) from Q, K, V (2, n, n) and x (T, n)."""
    states = []
    for step in x:
        choice = [0] + [1] * len(states)
        states.append(attend(Q[choice], K[choice], V[choice], [step, *states]))
    return torch.stack(states)


def attention_step(Q, K, V, x, h_1, h_2):
    """One state (n,) of AttentionRNN(2)."""
    return attend(Q, K, V, [x, h_1, h_2])


def attention_gradient(J, g):
    """sum_i J[i]^T g[i]: (n,), from J (k, n, n) and g (k, n)."""
    return torch.einsum("kij,ki->j", J, g)
