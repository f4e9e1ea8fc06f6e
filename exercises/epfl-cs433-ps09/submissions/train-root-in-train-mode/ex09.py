import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision import datasets, transforms


def train_epoch(model, optimizer, scheduler, criterion, train_loader, epoch, device):
    model.training = True
    loss_history, accuracy_history, lr_history = [], [], []
    for batch_idx, (data, target) in enumerate(train_loader):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = criterion(output, target)
        loss.backward()
        optimizer.step()
        scheduler.step()
        accuracy = (output.argmax(dim=1) == target).float().mean()
        loss_history.append(loss.item())
        accuracy_history.append(accuracy.item())
        lr_history.append(scheduler.get_last_lr()[0])
        if batch_idx % (len(train_loader.dataset) // len(data) // 10) == 0:
            print(f"Train Epoch: {epoch}-{batch_idx:03d} loss={loss.item():0.5f} acc={accuracy.item():0.3f}")
    return loss_history, accuracy_history, lr_history
