"""What students get wrong in the functions about recurrent networks."""

import torch


def _gates(W_c, W_h, W_x, x):
    h = torch.zeros(W_h.shape[0], dtype=x.dtype)
    gates = []
    for step in x:
        gates.append(torch.sigmoid(W_c @ step + W_h @ h))
        h = gates[-1] * h + (1 - gates[-1]) * (W_x @ step)
    return torch.stack(gates)


def recurrent_gradient_without_gate(W_c, W_h, W_x, x, grad_h):
    return grad_h.T @ x


def recurrent_gradient_with_gate(W_c, W_h, W_x, x, grad_h):
    return (grad_h * _gates(W_c, W_h, W_x, x)).T @ x


def recurrent_gradient_last_step(W_c, W_h, W_x, x, grad_h):
    gate = _gates(W_c, W_h, W_x, x)[-1]
    return torch.outer(grad_h[-1] * (1 - gate), x[-1])


def recurrent_gradient_through_time(W_c, W_h, W_x, x, grad_h):
    weight = W_x.detach().clone().requires_grad_()
    h = torch.zeros(W_h.shape[0], dtype=x.dtype)
    loss = 0
    for step, gradient in zip(x, grad_h):
        c = torch.sigmoid(W_c @ step + W_h @ h)
        h = c * h + (1 - c) * (weight @ step)
        loss = loss + gradient @ h
    return torch.autograd.grad(loss, weight)[0]


def _states(Q, K, V, x, zeros=True, softmax=True):
    past = [torch.zeros_like(x[0])] * (len(Q) - 1) if zeros else []
    states = []
    for step in x:
        sources = [step, *past]
        products = torch.stack([(q @ s) @ (k @ s) for q, k, s in zip(Q, K, sources)])
        weights = torch.softmax(products, 0) if softmax else products
        states.append(weights @ torch.stack([v @ s for v, s in zip(V, sources)]))
        past = [states[-1], *past][: len(Q) - 1]
    return torch.stack(states)


def attention_rnn_shared(Q, K, V, x):
    choice = [0] + [1] * (len(Q) - 1)
    return _states(Q[choice], K[choice], V[choice], x)


def attention_rnn_without_softmax(Q, K, V, x):
    return _states(Q, K, V, x, softmax=False)


def attention_rnn_without_zeros(Q, K, V, x):
    return _states(Q, K, V, x, zeros=False)


def attention_all_of_two(Q, K, V, x):
    choice = [0, 1, 1]
    return _states(Q[choice], K[choice], V[choice], x, zeros=False)


def attention_jacobian_weights_fixed(Q, K, V, x, h_1, h_2):
    sources = [x, h_1, h_2]
    products = torch.stack([(q @ s) @ (k @ s) for q, k, s in zip(Q, K, sources)])
    return torch.softmax(products, 0)[1] * V[1]


def attention_jacobian_transposed(Q, K, V, x, h_1, h_2):
    def step(h):
        sources = [x, h, h_2]
        products = torch.stack([(q @ s) @ (k @ s) for q, k, s in zip(Q, K, sources)])
        values = torch.stack([v @ s for v, s in zip(V, sources)])
        return torch.softmax(products, 0) @ values

    return torch.autograd.functional.jacobian(step, h_1).T


def attention_gradient_transposed(J, g):
    return torch.einsum("kij,kj->i", J, g)


def attention_gradient_next(J, g):
    return J[0].T @ g[0]
