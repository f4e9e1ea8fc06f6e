"""train_epoch: mistakes and right variants."""

from __future__ import annotations

from tests.corpus.case import Case

MOVE = "data, target = data.to(device), target.to(device)"
ZERO = "        optimizer.zero_grad()\n"
BACKWARD = "        loss.backward()\n"
STEP = "        optimizer.step()\n"
SCHEDULE = "        scheduler.step()\n        # raise"
FORWARD = "        output = model(data)\n        loss = "
ACCURACY = "(output.argmax(dim=1) == target).float().mean().item()\n        loss_float"
LOSS = "loss_float = loss.item()"
RETURN = "    return loss_history, accuracy_history, lr_history\n\n\n@torch"
TRAIN = "model.train()  # TODO"
LOOP = "    for batch_idx, (data, target) in enumerate(train_loader):\n        data, target"
LR = "lr_history.append(scheduler.get_last_lr()[0])"


def _wrong(name: str, says: str, *changes: tuple[str, str], **other: object) -> Case:
    return Case(name, "training", changes, {"train-epoch": says}, **other)  # type: ignore[arg-type]


MISTAKES = [
    _wrong("no train mode", "not put into train mode", (TRAIN, "pass")),
    _wrong("train mode of the root only", "train mode", (TRAIN, "model.training = True")),
    _wrong("eval mode", "train mode", (TRAIN, "model.eval()")),
    _wrong("train mode after the loop", "train mode", (TRAIN, "pass"), (RETURN, "    model.train()\n" + RETURN)),
    _wrong("data moved but not assigned", "before it is moved", (MOVE, "data.to(device)\n        target.to(device)")),
    _wrong("labels not moved", "before it is moved", (MOVE, "data = data.to(device)")),
    _wrong("images not moved", "before it is moved", (MOVE, "target = target.to(device)")),
    _wrong("nothing moved", "before it is moved", (MOVE, "pass")),
    _wrong("gradients never cleared", "zero_grad", (ZERO, "")),
    _wrong("gradients cleared once an epoch", "once", (ZERO, ""), (LOOP, "    optimizer.zero_grad()\n" + LOOP)),
    _wrong("gradients cleared after backward", "between backward and step", (ZERO, ""), (BACKWARD, BACKWARD + ZERO)),
    _wrong("gradients cleared every other batch", "", (ZERO, "        if batch_idx % 2 == 0:\n            optimizer.zero_grad()\n")),
    _wrong("no backward", "loss.backward()", (BACKWARD, "")),
    _wrong("backward twice", "", (BACKWARD, "        loss.backward(retain_graph=True)\n        loss.backward()\n")),
    _wrong("no step", "optimizer.step()", (STEP, "")),
    _wrong("step twice", "", (STEP, STEP + STEP)),
    _wrong("step before backward", "before", (STEP, ""), (BACKWARD, STEP + BACKWARD)),
    _wrong("no schedule", "scheduler.step()` is missing", (SCHEDULE, "        # raise")),
    _wrong("schedule once an epoch", "once an epoch", (SCHEDULE, "        # raise"), (RETURN, "    scheduler.step()\n" + RETURN)),
    _wrong("schedule twice a batch", "too fast", (SCHEDULE, "        scheduler.step()\n" + SCHEDULE)),
    _wrong("schedule before the optimizer's step", "before `optimizer.step()`", (SCHEDULE, "        # raise"), (STEP, "        scheduler.step()\n" + STEP)),
    _wrong("softmax before the loss", "softmax", (FORWARD, FORWARD.replace("model(data)", "model(data).softmax(dim=1)"))),
    _wrong("loss of its own", "criterion", ("loss = criterion(output, target)\n        loss.backward", "loss = F.cross_entropy(output, target)\n        loss.backward")),
    _wrong("loss given labels first", "", ("criterion(output, target)\n        loss.backward", "criterion(target, output)\n        loss.backward")),
    _wrong("loss times the batch size", "", ("        loss.backward", "        loss = loss * len(data)\n        loss.backward")),
    _wrong("no gradients", "", (FORWARD, "        with torch.no_grad():\n            output = model(data)\n        loss = ")),
    _wrong("detached scores", "", (FORWARD, "        output = model(data).detach()\n        loss = ")),
    _wrong("two forward passes", "is run 24 times", (FORWARD, "        model(data)\n" + FORWARD)),
    _wrong("stops after the first batch", "1 times", (RETURN, "        break\n" + RETURN)),
    _wrong("returns inside the loop", "", (RETURN, "    " + RETURN)),
    _wrong("histories doubled", "two entries for each batch", ("        loss_history.append(loss_float)", "        loss_history.append(loss_float)\n        accuracy_history.append(accuracy_float)\n        lr_history.append(scheduler.get_last_lr()[0])\n        loss_history.append(loss_float)")),
    _wrong("loss history doubled", "appended twice", ("        loss_history.append(loss_float)", "        loss_history.append(loss_float)\n        loss_history.append(loss_float)")),
    _wrong("history of tensors", "holds tensors", (LOSS, "loss_float = loss")),
    _wrong("accuracy a tensor", "holds tensors", (ACCURACY, ACCURACY.replace(".item()", ""))),
    _wrong("accuracy in percent", "100 times", (ACCURACY, ACCURACY.replace(".item()", ".item() * 100"))),
    _wrong("accuracy a count", "accuracy history", (ACCURACY, ACCURACY.replace(".float().mean()", ".sum()"))),
    _wrong("accuracy of another axis", "accuracy history", (ACCURACY, ACCURACY.replace("(output.argmax(dim=1) == target)", "(output.argmax(dim=0)[0] == target)"))),
    _wrong("accuracy over the full batch size", "last batch", (ACCURACY, ACCURACY.replace(".float().mean().item()", ".sum().item() / train_loader.batch_size"))),
    _wrong("accuracy over the data set", "accuracy history", (ACCURACY, ACCURACY.replace(".float().mean().item()", ".sum().item() / len(train_loader.dataset)"))),
    _wrong("loss summed over the batch", "loss history", (LOSS, "loss_float = loss.item() * len(data)")),
    _wrong("loss summed over the epoch", "loss history", (LOSS, "loss_float = loss.item() + sum(loss_history)")),
    _wrong("one entry an epoch", "1 entries for 12 batches", (RETURN, "    return [np.mean(loss_history)], [np.mean(accuracy_history)], [lr_history[-1]]\n\n\n@torch")),
    _wrong("rate before the schedule's step", "before `scheduler.step()`", (LR, "pass"), (ZERO, ZERO + "        lr_history.append(scheduler.get_last_lr()[0])\n")),
    _wrong("rate as a list", "learning rate", (LR, "lr_history.append(scheduler.get_last_lr())")),
    _wrong("first rate always", "learning rate history", (LR, "lr_history.append(scheduler.base_lrs[0])")),
    _wrong("histories in another order", "order", (RETURN, "    return accuracy_history, loss_history, lr_history\n\n\n@torch")),
    _wrong("returns nothing", "returns nothing", (RETURN, "\n\n@torch")),
    _wrong("returns two", "should return", (RETURN, "    return loss_history, accuracy_history\n\n\n@torch")),
    _wrong("the notebook's model", "the notebook's `net`", (FORWARD, "        output = net(data)\n        loss = "), after=("net = get_mlp(28).to(device)",)),
    _wrong("an optimizer of its own", "", ("    loss_history = []", "    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n    loss_history = []")),
    _wrong("gradients clipped", "", (STEP, "        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)\n" + STEP)),
    _wrong("weights decayed by hand", "", (STEP, STEP + "        for p in model.parameters():\n            p.data.mul_(0.999)\n")),
    _wrong("last batch skipped", "11 times", (MOVE, f"if len(data) < train_loader.batch_size:\n            continue\n        {MOVE}")),
    _wrong("name misspelt", "NameError", (FORWARD, FORWARD.replace("model(data)", "model(dta)"))),
    _wrong("not written", "Not written yet", (FORWARD, "        raise NotImplementedError\n" + FORWARD)),
]  # fmt: skip


def _right(name: str, *changes: tuple[str, str], **other: object) -> Case:
    return Case(name, "training", changes, **other)  # type: ignore[arg-type]


VARIANTS = [
    _right("train(True)", (TRAIN, "model = model.train(True)")),
    _right("gradients of the model", (ZERO, "        model.zero_grad(set_to_none=True)\n")),
    _right("gradients by hand", (ZERO, "        for p in model.parameters():\n            p.grad = None\n")),
    _right("gradients cleared after the step", (ZERO, ""), (STEP, STEP + ZERO), ("    loss_history = []", "    optimizer.zero_grad()\n    loss_history = []")),
    _right("gradients cleared before backward", (ZERO, ""), (BACKWARD, ZERO + BACKWARD)),
    _right("device written out", (MOVE, 'data, target = data.to("cuda"), target.to("cuda")')),
    _right("cuda()", (MOVE, "data, target = data.cuda(), target.cuda(non_blocking=True)")),
    _right("if there is a GPU", (MOVE, "if torch.cuda.is_available():\n            data, target = data.cuda(), target.cuda()\n        else:\n            data, target = data.cpu(), target.cpu()")),
    _right("the model moved as well", (TRAIN, "model.to(device)\n    model.train()")),
    _right("the model to a GPU", (TRAIN, "model = model.cuda()\n    model.train()"), (MOVE, "data, target = data.cuda(), target.cuda()")),
    _right("the model's own device", (MOVE, "device = next(model.parameters()).device\n        data = data.to(device, non_blocking=True); target = target.to(device=device)")),
    _right("batch as a list", ("for batch_idx, (data, target) in enumerate(train_loader):\n        " + MOVE, "for batch_idx, batch in enumerate(train_loader):\n        data, target = [t.to(device) for t in batch]")),
    _right("progress bar", ("enumerate(train_loader):\n        data, target = data", "enumerate(tqdm(train_loader, desc=f'epoch {epoch}', leave=False)):\n        data, target = data"), before=("from tqdm.notebook import tqdm, trange",)),
    _right("progress bar with figures", ("in enumerate(train_loader):\n        data, target = data", "in enumerate(bar := tqdm(train_loader, total=len(train_loader))):\n        bar.set_description(f'epoch {epoch}'); bar.set_postfix(lr=1)\n        data, target = data"), before=("from tqdm.auto import tqdm",)),
    _right("typed", ("(model, optimizer, scheduler, criterion, train_loader, epoch, device):\n    \"\"\"Train", "(model: nn.Module, optimizer: torch.optim.Optimizer, scheduler: torch.optim.lr_scheduler._LRScheduler, criterion, train_loader: torch.utils.data.DataLoader, epoch: int, device: torch.device) -> Tuple[List[float], List[float], List[float]]:\n    \"\"\"Train"), before=("from typing import List, Tuple",)),
    _right("type names not imported", ("epoch, device):\n    \"\"\"Train", "epoch, device) -> Tuple[List[float], ...]:\n    \"\"\"Train")),
    _right("plain lists returned as a list", (RETURN, "    return [loss_history, accuracy_history, lr_history]\n\n\n@torch")),
    _right("arrays returned", (RETURN, "    return np.array(loss_history), np.array(accuracy_history), np.array(lr_history)\n\n\n@torch")),
    _right("rate from the optimizer", (LR, 'lr_history.append(optimizer.param_groups[0]["lr"])')),
    _right("accuracy counted", (ACCURACY, ACCURACY.replace("(output.argmax(dim=1) == target).float().mean().item()", "sum(int(p == t) for p, t in zip(output.argmax(1), target)) / target.size(0)"))),
    _right("accuracy of a helper", (ACCURACY, ACCURACY.replace("(output.argmax(dim=1) == target).float().mean().item()", "accuracy(output, target)")), after=("def accuracy(scores, labels):\n    _, predicted = torch.max(scores.data, 1)\n    return (predicted == labels).sum().item() / labels.shape[0]",)),
    _right("accuracy from numpy", (ACCURACY, ACCURACY.replace("(output.argmax(dim=1) == target).float().mean().item()", "np.mean(output.detach().cpu().numpy().argmax(1) == target.cpu().numpy())"))),
    _right("accuracy of the softmax", (ACCURACY, ACCURACY.replace("output.argmax(dim=1)", "F.softmax(output, dim=1).argmax(dim=1)"))),
    _right("commented in French", (TRAIN, "# Entraînement du modèle à chaque époque\n    model.train()")),
    _right("gradients enabled", (FORWARD, "        with torch.set_grad_enabled(True):\n            output = model(data)\n        loss = ")),
    _right("validates at the end", (RETURN, "    model.eval()\n" + RETURN)),
    _right("times itself", (TRAIN, "start = time.time()\n    model.train()"), (RETURN, "    print(f'{time.time() - start:.1f} s')\n" + RETURN), before=("import time",)),
    _right("synchronises the GPU", (TRAIN, "if device != 'cpu' and torch.cuda.is_available():\n        torch.cuda.synchronize()\n    model.train()")),
    _right("closure style", (ZERO, ""), (BACKWARD, ""), (STEP, "        optimizer.zero_grad()\n        loss.backward()\n        optimizer.step()\n")),
    _right("arguments renamed", ("def train_epoch(model, optimizer, scheduler, criterion, train_loader, epoch, device):", "def train_epoch(net, optimizer, scheduler, loss_fn, train_loader, epoch, device):\n    model, criterion = net, loss_fn")),
    _right("log-softmax before cross-entropy", (FORWARD, FORWARD.replace("model(data)", "F.log_softmax(model(data), dim=1)")), says={"train-epoch": "log-softmax"}),
]  # fmt: skip
