"""`train-step` on PS09's epoch of training."""

from __future__ import annotations

import pytest

from tests.checks.code.coding import Judge, changed

EPOCH = """
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
"""
EPOCH_RIGHT = [
    ("model.train()", "model = model.train(True)"),
    ("optimizer.zero_grad()", "model.zero_grad()"),
    ("optimizer.zero_grad()", "optimizer.zero_grad(set_to_none=True)"),
    ("data.to(device), target.to(device)", "data.to('cuda' if torch.cuda.is_available() else 'cpu'), target.to(data.device if False else device)"),
    ("data.to(device), target.to(device)", "data.to(device, non_blocking=True), target.to(device=device)"),
    ("data, target = data.to(device), target.to(device)", "data = data.float().to(device); target = target.long().cpu()"),
    ("(output.argmax(1) == target).float().mean().item()", "(output.argmax(1) == target).sum().item() / len(target)"),
    ("(output.argmax(1) == target).float().mean().item()", "sum(p == t for p, t in zip(output.argmax(1).tolist(), target.tolist())) / data.shape[0]"),
    ("scheduler.get_last_lr()[0]", "optimizer.param_groups[0]['lr']"),
    ("losses.append(loss.item())", "losses += [float(loss)]; print(epoch, len(train_loader), len(train_loader.dataset))"),
    ("loss.backward()", "loss.backward(retain_graph=True)"),
    ("return losses, accuracies, rates", "return [losses, accuracies, rates]"),
    ("for data, target in train_loader:", "for index, (data, target) in enumerate(train_loader):"),
]  # fmt: skip
EPOCH_WRONG = [
    ("        optimizer.zero_grad()\n", "", 0.5, "zero_grad"),
    ("    model.train()\n", "", 0.6, "train mode"),
    ("model.train()", "model.training = True", 0.6, "train mode"),
    ("model.train()", "model.eval()", 0.6, "train mode"),
    ("        loss.backward()\n", "", 0.2, "loss.backward()"),
    ("        optimizer.step()\n", "", None, ""),
    ("        scheduler.step()\n", "", 0.7, "scheduler.step()` is missing"),
    ("    return losses", "    scheduler.step()\n    return losses", None, ""),
    ("        scheduler.step()\n", "        scheduler.step()\n        scheduler.step()\n", None, ""),
    ("data, target = data.to(device), target.to(device)", "data.to(device)\n        target = target.to(device)", 0.8, "before it is moved"),
    ("data, target = data.to(device), target.to(device)", "data = data.to(device)", 0.8, "before it is moved"),
    ("losses.append(loss.item())", "losses.append(loss.item())\n        losses.append(loss.item())", 0.8, "appended twice"),
    ("losses.append(loss.item())", "losses.append(loss)", 0.8, "holds tensors"),
    (".float().mean().item()", ".float().mean()", 0.8, "holds tensors"),
    (".float().mean().item()", ".float().mean().item() * 100", 0.8, "100 times"),
    (".float().mean().item()", ".sum().item()", 0.8, "accuracy history"),
    ("loss.item()", "loss.item() * len(data)", 0.8, "loss history"),
    ("rates.append(scheduler.get_last_lr()[0])", "rates.append(1.0)", 0.8, "learning rate history"),
    ("loss = criterion(output, target)", "loss = F.cross_entropy(output, target)", None, ""),
    ("output = model(data)", "output = model(data).softmax(1)", None, ""),
    ("output = model(data)", "model(data); output = model(data)", None, "is run 24 times in an epoch of 12"),
    ("    return losses", "        return losses", None, ""),
    ("    return losses, accuracies, rates", "    return losses, accuracies", 0.0, "should return"),
    ("    return losses, accuracies, rates", "    pass", 0.0, "returns nothing"),
    ("for data, target in train_loader", "for data, target in loader", 0.0, "NameError"),
    ("loss.item()", "float('nan')", 0.8, "loss history"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [("x", "x"), *EPOCH_RIGHT], ids=lambda text: text[:30])
def test_right_epochs(judge: Judge, old: str, new: str) -> None:
    result = judge("train-epoch", EPOCH if old == "x" else changed(EPOCH, old, new))
    assert result.credit == 1.0, result


@pytest.mark.parametrize(
    ("old", "new", "credit", "words"), EPOCH_WRONG, ids=lambda text: str(text)[:30]
)
def test_wrong_epochs_are_told_what_is_wrong(
    judge: Judge, old: str, new: str, credit: float | None, words: str
) -> None:
    result = judge("train-epoch", changed(EPOCH, old, new))
    assert result.credit is not None
    assert result.credit < 1.0, result
    if credit is not None:
        assert result.credit == pytest.approx(credit), result
    assert words in "\n".join((result.line, *result.details)), result
