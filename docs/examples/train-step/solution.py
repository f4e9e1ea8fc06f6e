"""One epoch of training, and what goes wrong in it."""


def train_epoch(model, loader, optimizer, scheduler, criterion, device, epoch, clear=True):
    model.train()
    losses, accuracies, rates = [], [], []
    for data, target in loader:
        data, target = data.to(device), target.to(device)
        if clear:
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


def without_zero_grad(*arguments):
    return train_epoch(*arguments, clear=False)
