"""Homework 2."""

import torch


def recurrent_gradient(W_c, W_h, W_x, x, grad_h):
    h = torch.zeros(len(W_h))
    result = torch.zeros(W_x.shape)
    for t in range(len(x)):
        c = torch.sigmoid(W_c @ x[t] + W_h @ h)
        result += ((1 - c) * grad_h[t])[:, None] * x[t][None, :]
        h = c * h + (1 - c) * (W_x @ x[t])
    return result


def attention(Q, K, V, sources):
    w = torch.stack([(Q[i] @ s).dot(K[i] @ s) for i, s in enumerate(sources)])
    a = w.softmax(dim=0)
    return sum(a[i] * (V[i] @ s) for i, s in enumerate(sources))


def attention_rnn(Q, K, V, x):
    k = Q.shape[0] - 1
    h = [torch.zeros(x.shape[1]) for _ in range(k)]
    for t in range(len(x)):
        h.append(attention(Q, K, V, [x[t]] + [h[-i] for i in range(1, k + 1)]))
    return torch.stack(h[k:])


def attention_all(Q, K, V, x):
    h = []
    for t in range(len(x)):
        n = len(h)
        h.append(
            attention(
                [Q[0]] + [Q[1]] * n, [K[0]] + [K[1]] * n, [V[0]] + [V[1]] * n, [x[t]] + h
            )
        )
    return torch.stack(h)


def attention_jacobian(Q, K, V, x, h_1, h_2):
    sources = [x, h_1, h_2]
    w = torch.stack([(Q[i] @ s).dot(K[i] @ s) for i, s in enumerate(sources)])
    a = w.softmax(dim=0)
    v = torch.stack([V[i] @ s for i, s in enumerate(sources)])
    h = a @ v
    # Only w_1 and v_1 depend on h_1; da_i/dw_1 = a_i (delta_i1 - a_1).
    slope = (Q[1].T @ K[1] + K[1].T @ Q[1]) @ h_1
    return a[1] * V[1] + a[1] * torch.outer(v[1] - h, slope)


def attention_gradient(J, g):
    return sum(J[i].T @ g[i] for i in range(len(g)))
