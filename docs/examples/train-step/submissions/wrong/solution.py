def train_epoch(model, loader, optimizer, scheduler, criterion, device, epoch):
    model.train()
    losses, accuracies, rates = [], [], []
    for data, target in loader:
        data, target = data.to(device), target.to(device)
        output = model(data)
        loss = criterion(output, target)
        loss.backward()
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
        accuracies.append((output.argmax(1) == target).float().mean().item())
        rates.append(scheduler.get_last_lr()[0])
    return losses, accuracies, rates


