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
    order="zero forward backward step schedule",
    after="",
    change=lambda scores: scores,
    loss_function=None,
    entries=1,
):
    """An epoch that does things in a given order in each batch, and `after` all of them."""
    losses, accuracies, rates = [], [], []
    if train:
        model.train()
    if "zero" not in order and "zero once" in after:
        optimizer.zero_grad()
    for data, target in train_loader:
        data, target = data.to(device), target.to(device)
        for what in order.split():
            if what == "zero":
                optimizer.zero_grad()
            elif what == "forward":
                scores = model(data)
                loss = (loss_function or criterion)(change(scores), target)
            elif what == "backward":
                loss.backward(retain_graph=True)
            elif what == "step":
                optimizer.step()
            elif what == "schedule":
                scheduler.step()
        for _ in range(entries):
            losses.append(loss.item())
            accuracies.append((scores.argmax(1) == target).float().mean().item())
            rates.append(scheduler.get_last_lr()[0])
    if "schedule" in after:
        scheduler.step()
    return losses, accuracies, rates


no_zero_grad = partial(_epoch, order="forward backward step schedule")
zero_grad_once_an_epoch = partial(_epoch, order="forward backward step schedule", after="zero once")
no_train_mode = partial(_epoch, train=False)
no_backward = partial(_epoch, order="zero forward step schedule")
no_step = partial(_epoch, order="zero forward backward schedule")
step_before_backward = partial(_epoch, order="zero forward step backward schedule")
zero_grad_after_backward = partial(_epoch, order="forward backward zero step schedule")
backward_twice = partial(_epoch, order="zero forward backward backward step schedule")
no_scheduler = partial(_epoch, order="zero forward backward step")
scheduler_once_an_epoch = partial(_epoch, order="zero forward backward step", after="schedule")
scheduler_twice = partial(_epoch, order="zero forward backward step schedule schedule")
scheduler_before_step = partial(_epoch, order="zero forward backward schedule step")
softmax_before_loss = partial(_epoch, change=lambda scores: scores.softmax(1))
loss_of_its_own = partial(_epoch, loss_function=nn.functional.cross_entropy)
doubled_histories = partial(_epoch, entries=2)
