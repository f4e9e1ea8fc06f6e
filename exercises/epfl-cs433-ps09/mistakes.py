"""Mistakes that students make in PS09's code, each as a student would have written it.

A hand-in that behaves exactly like one of these gets that mistake's words (`exercise.yaml`). What
belongs to no known mistake is still found; only its description is more general then.
"""

from functools import partial

import torch
import torch.nn as nn

from reference.mlp import get_mlp
from reference.resnet import ProjectedBlock, ResidualBlock


def mlp_without_relu(image_size):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(image_size**2, 256),
        nn.Linear(256, 256),
        nn.Linear(256, 256),
        nn.Linear(256, 256),
        nn.Linear(256, 10),
    )


def mlp_with_softmax(image_size):
    return nn.Sequential(get_mlp(image_size), nn.Softmax(dim=1))


def _cnn(*activations, end=()):
    convolutions = [
        nn.Conv2d(1, 32, 5, padding=2),
        nn.Conv2d(32, 64, 5, stride=2, padding=2),
        nn.Conv2d(64, 64, 5, padding=2),
        nn.Conv2d(64, 128, 5, stride=2, padding=2),
    ]
    layers = []
    for convolution, active in zip(convolutions, activations):
        layers += [convolution, nn.ReLU()] if active else [convolution]
    head = [nn.AdaptiveAvgPool2d(1), nn.Conv2d(128, 10, 1), nn.Flatten()]
    return nn.Sequential(*layers, *head, *end)


def cnn_without_relu(image_size):
    return _cnn(False, False, False, False)


def cnn_without_last_relu(image_size):
    return _cnn(True, True, True, False)


def cnn_with_softmax(image_size):
    return _cnn(True, True, True, True, end=[nn.Softmax(dim=1)])


class _NoSkip:
    def forward(self, x):
        y = torch.relu(self.n1(self.c1(x)))
        return torch.relu(self.n2(self.c2(y)))


class NoSkip(_NoSkip, ResidualBlock):
    pass


class NoSkipTemplate(_NoSkip, ProjectedBlock):
    pass


class _ReluBeforeSum:
    def forward(self, x):
        y = torch.relu(self.n1(self.c1(x)))
        return torch.relu(self.n2(self.c2(y))) + self.skip(x)


class ReluBeforeSum(_ReluBeforeSum, ResidualBlock):
    pass


class ReluBeforeSumTemplate(_ReluBeforeSum, ProjectedBlock):
    pass


class _NoLastRelu:
    def forward(self, x):
        y = torch.relu(self.n1(self.c1(x)))
        return self.n2(self.c2(y)) + self.skip(x)


class NoLastRelu(_NoLastRelu, ResidualBlock):
    pass


class NoLastReluTemplate(_NoLastRelu, ProjectedBlock):
    pass


class _NoInnerRelu:
    def forward(self, x):
        return torch.relu(self.n2(self.c2(self.n1(self.c1(x)))) + self.skip(x))


class NoInnerRelu(_NoInnerRelu, ResidualBlock):
    pass


class NoInnerReluTemplate(_NoInnerRelu, ProjectedBlock):
    pass


def _epoch(
    model,
    optimizer,
    scheduler,
    criterion,
    train_loader,
    epoch,
    device,
    train=True,
    clear="first",
    backward=True,
    schedule="batch",
    entries=1,
):
    """An epoch with switches for what students leave out, misplace or do twice."""
    losses, accuracies, rates = [], [], []
    if train:
        model.train()
    for data, target in train_loader:
        data, target = data.to(device), target.to(device)
        if clear == "first":
            optimizer.zero_grad()
        scores = model(data)
        loss = criterion(scores, target)
        if backward:
            loss.backward()
        if clear == "after backward":
            optimizer.zero_grad()
        optimizer.step()
        if schedule == "batch":
            scheduler.step()
        for _ in range(entries):
            losses.append(loss.item())
            accuracies.append((scores.argmax(1) == target).float().mean().item())
            rates.append(scheduler.get_last_lr()[0])
    if schedule == "epoch":
        scheduler.step()
    return losses, accuracies, rates


no_zero_grad = partial(_epoch, clear="never")
no_train_mode = partial(_epoch, train=False)
no_backward = partial(_epoch, backward=False)
zero_grad_after_backward = partial(_epoch, clear="after backward")
no_scheduler = partial(_epoch, schedule="never")
scheduler_once_an_epoch = partial(_epoch, schedule="epoch")
doubled_histories = partial(_epoch, entries=2)
