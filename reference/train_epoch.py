"""One epoch of training: the loop that every deep-learning project has at its heart.

Each batch goes through the same steps, and leaving one out is a classic mistake: train mode (dropout
and batch normalisation behave differently), both tensors on the model's device, old gradients cleared,
forward, loss, backward, the optimiser's step, the schedule's step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import nn


def train_epoch(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    criterion: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    train_loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    epoch: int,
    device: torch.device,
) -> tuple[list[float], list[float], list[float]]:
    """Train for one epoch; loss, accuracy and learning rate of every batch."""
    model.train()
    loss_history: list[float] = []
    accuracy_history: list[float] = []
    lr_history: list[float] = []
    for data, target in train_loader:
        data, target = data.to(device), target.to(device)  # .to gives a new tensor
        optimizer.zero_grad()
        scores = model(data)  # (N, classes)
        loss = criterion(scores, target)
        loss.backward()
        optimizer.step()
        scheduler.step()  # once a batch: the schedule is counted in batches
        correct = (scores.argmax(dim=1) == target).sum().item()
        loss_history.append(
            loss.item()
        )  # .item(): a number, not a tensor that keeps the graph alive
        accuracy_history.append(correct / len(data))
        lr_history.append(float(scheduler.get_last_lr()[0]))
    return loss_history, accuracy_history, lr_history
