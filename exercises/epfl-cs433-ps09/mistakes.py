"""Mistakes that students make in PS09's code, each as a student would have written it.

A hand-in that behaves exactly like one of these gets that mistake's words (`exercise.yaml`). What
belongs to no known mistake is still found; only its description is more general then.
"""

import torch
import torch.nn as nn

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
    relu = nn.ReLU()
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(image_size**2, 256),
        relu,
        nn.Linear(256, 256),
        relu,
        nn.Linear(256, 256),
        relu,
        nn.Linear(256, 256),
        relu,
        nn.Linear(256, 10),
        nn.Softmax(dim=1),
    )


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


def _epoch(model, optimizer, scheduler, criterion, train_loader, device, step):
    """The loop around `step`, which does the work of a batch."""
    losses, accuracies, rates = [], [], []
    for data, target in train_loader:
        data, target = data.to(device), target.to(device)
        scores, loss = step(data, target)
        losses.append(loss.item())
        accuracies.append((scores.argmax(1) == target).float().mean().item())
        rates.append(scheduler.get_last_lr()[0])
    return losses, accuracies, rates


def no_zero_grad(model, optimizer, scheduler, criterion, train_loader, epoch, device):
    def step(data, target):
        scores = model(data)
        loss = criterion(scores, target)
        loss.backward()
        optimizer.step()
        scheduler.step()
        return scores, loss

    model.train()
    return _epoch(model, optimizer, scheduler, criterion, train_loader, device, step)


def no_train_mode(model, optimizer, scheduler, criterion, train_loader, epoch, device):
    def step(data, target):
        optimizer.zero_grad()
        scores = model(data)
        loss = criterion(scores, target)
        loss.backward()
        optimizer.step()
        scheduler.step()
        return scores, loss

    return _epoch(model, optimizer, scheduler, criterion, train_loader, device, step)


def no_backward(model, optimizer, scheduler, criterion, train_loader, epoch, device):
    def step(data, target):
        optimizer.zero_grad()
        scores = model(data)
        loss = criterion(scores, target)
        optimizer.step()
        scheduler.step()
        return scores, loss

    model.train()
    return _epoch(model, optimizer, scheduler, criterion, train_loader, device, step)


def zero_grad_after_backward(model, optimizer, scheduler, criterion, train_loader, epoch, device):
    def step(data, target):
        scores = model(data)
        loss = criterion(scores, target)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        scheduler.step()
        return scores, loss

    model.train()
    return _epoch(model, optimizer, scheduler, criterion, train_loader, device, step)


def no_scheduler(model, optimizer, scheduler, criterion, train_loader, epoch, device):
    def step(data, target):
        optimizer.zero_grad()
        scores = model(data)
        loss = criterion(scores, target)
        loss.backward()
        optimizer.step()
        return scores, loss

    model.train()
    return _epoch(model, optimizer, scheduler, criterion, train_loader, device, step)


def scheduler_once_an_epoch(model, optimizer, scheduler, criterion, train_loader, epoch, device):
    histories = no_scheduler(
        model, optimizer, scheduler, criterion, train_loader, epoch, device
    )
    scheduler.step()
    return histories


def doubled_histories(model, optimizer, scheduler, criterion, train_loader, epoch, device):
    def step(data, target):
        optimizer.zero_grad()
        scores = model(data)
        loss = criterion(scores, target)
        loss.backward()
        optimizer.step()
        scheduler.step()
        return scores, loss

    model.train()
    histories = _epoch(model, optimizer, scheduler, criterion, train_loader, device, step)
    return tuple([value for value in history for _ in range(2)] for history in histories)
