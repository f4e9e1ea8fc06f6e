def train_epoch(model, loader, optimizer, scheduler, criterion, device, epoch):
    # TODO: (losses, accuracies, learning rates), one number a batch
    raise NotImplementedError
