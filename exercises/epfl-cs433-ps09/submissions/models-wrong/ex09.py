import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision import datasets, transforms


get_mlp = lambda image_size: nn.Sequential(
    nn.Flatten(),
    nn.Linear(image_size**2, 256),
    nn.Linear(256, 256),
    nn.Linear(256, 256),
    nn.Linear(256, 256),
    nn.Linear(256, 10),
)

get_cnn = lambda image_size: nn.Sequential(
    nn.Conv2d(1, 32, kernel_size=5, padding=2),
    nn.ReLU(),
    nn.Conv2d(32, 64, kernel_size=5, stride=2, padding=2),
    nn.ReLU(),
    nn.Conv2d(64, 64, kernel_size=5, padding=2),
    nn.ReLU(),
    nn.Conv2d(64, 128, kernel_size=5, stride=2, padding=2),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Conv2d(128, 128, kernel_size=1),
    nn.Flatten(),
)

class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, stride=1, padding=1)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.has_skip_conv = stride != 1 or in_channels != out_channels
        if self.has_skip_conv:
            self.conv3 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1)
            self.bn3 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        skip = self.bn3(self.conv3(x)) if self.has_skip_conv else x
        return F.relu(out) + skip


def train_epoch(model, optimizer, scheduler, criterion, train_loader, epoch, device):
    model.train()
    losses, accuracies, rates = [], [], []
    for data, target in train_loader:
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = criterion(output, target)
        loss.backward()
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
        accuracies.append((output.argmax(1) == target).float().mean().item())
        rates.append(scheduler.get_last_lr()[0])
    return losses, accuracies, rates
