"""What judging model code costs: a notebook on the CPU, and training on a GPU where there is one.

    python benchmarks/models.py checks [--repeat 5]     each exact check of a notebook, the accuracies
    python benchmarks/models.py gpu [--epochs 10]       our loop against a notebook's, 16 models at once

`checks` prints processor seconds of the grader, the fork server and all jobs, and wall seconds: for a
notebook in a session of its own, for which torch is loaded, the sandbox tried and the references are
asked, and for notebooks after it in the same session. `gpu` trains
ResNet-20 on 60,000 images of 28×28 (the shipped digits, repeated) in bfloat16 with the data on the GPU,
as `training` does, and with a DataLoader of two workers and the reference's `train_epoch`, as a notebook
does, in the same run, and prints both accuracies and the ratio; then 16 such models in 16 processes
against one after the other, for one epoch each.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

EXERCISE = ROOT / "exercises" / "epfl-cs433-ps09"
EXACT = ("data-loader", "mlp", "cnn", "train-epoch", "residual-block", "resnet20")
ACCURACY = ("accuracy-mlp", "accuracy-cnn", "accuracy-resnet")
IMAGES, BATCH, RATE = 60_000, 128, 3e-3
TOGETHER = 16


def checks(repeat: int) -> None:
    """Seconds for a notebook's exact checks, in a session of its own and in one that goes on."""
    from autograder.checks.catalogue import load
    from autograder.grading.session import Session
    from tests.corpus import MISTAKES, VARIANTS

    exercise = load(EXERCISE)
    print("| exact checks | processor s | wall s |\n|---|---|---|")
    with Session() as session:
        alone = _row("a right notebook in a session of its own", exercise, session, VARIANTS[:1], 1)
        after = _row("each right notebook after it", exercise, session, VARIANTS[:1], repeat)
        mistaken = _one_of_each_part(MISTAKES)
        _row("each with a mistake that is new", exercise, session, mistaken, 1)
        _row("each with a mistake that others made before", exercise, session, mistaken, 1)
        for name in (*EXACT, *ACCURACY):
            times = repeat if name in EXACT else 1
            _row(name, exercise, session, VARIANTS[:1], times, (name,))
    print(f"\nA notebook of its own costs {alone / after:.1f} times as much as one more.")


def _row(
    shown: str, exercise: Any, session: Any, cases: Any, repeat: int, names: Any = EXACT
) -> float:
    """Grade each case so often, print a row of the table, and return the median processor seconds."""
    from autograder.grading.grade import Options, grade
    from tests.corpus.judge import hand_in

    select = " or ".join(names)
    if not names[0].startswith("accuracy"):
        select = f"({select}) and not accuracy"
    spent = []
    for case in cases:
        with hand_in(case) as path:
            for _ in range(repeat):
                before, started = _processor_seconds(os.getpid()), time.monotonic()
                graded = grade(exercise, [path], Options(select=select), session=session)
                assert all((o.credit == 1.0) != (o.question in case.wrong) for o in graded.outcomes)
                after = _processor_seconds(os.getpid())
                spent.append((after - before, time.monotonic() - started))
    processor, wall = (statistics.median(column) for column in zip(*spent, strict=True))
    print(f"| {shown} | {processor:.2f} | {wall:.2f} |", flush=True)
    return processor


def _one_of_each_part(cases: Any) -> list[Any]:
    """The first case that is wrong in each part."""
    return list({next(iter(case.wrong)): case for case in reversed(cases)}.values())


def _processor_seconds(pid: int) -> float:
    """What a process, its children and everything they have waited for have used, in clock ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(_processor_seconds(int(child)) for child in children)


def gpu(epochs: int) -> None:
    """Our loop against a notebook's, then many submissions at once."""
    import torch

    if not torch.cuda.is_available():
        sys.exit("there is no GPU here; this part of the benchmark needs one")
    data = _many_images()
    ours, our_accuracy = _ours(data, epochs, 0)
    theirs, their_accuracy = _notebooks(data, epochs)
    print(f"{torch.cuda.get_device_name(0)}, ResNet-20, {epochs} epochs of {IMAGES} images")
    print(f"our loop        {ours:8.1f} s  {100 * our_accuracy:.2f} %")
    print(f"notebook's loop {theirs:8.1f} s  {100 * their_accuracy:.2f} %")
    print(f"ratio           {theirs / ours:8.1f}")
    apart = sum(_in_processes(1, seed) for seed in range(TOGETHER))
    together = _in_processes(TOGETHER, 0)
    print(
        f"{TOGETHER} submissions one after the other {apart:.1f} s, at once {together:.1f} s, ",
        end="",
    )
    print(f"ratio {apart / together:.1f}")


def _many_images() -> dict[str, np.ndarray]:
    """The digits at 28×28, repeated to 60,000, and the held-out ones."""
    from autograder.learning.datasets import load_dataset

    digits = load_dataset("digits").at_size(28)
    places = np.resize(np.arange(len(digits.train_labels)), IMAGES)
    return {
        "images": digits.normalised(digits.train_images[places]),
        "labels": digits.train_labels[places].astype(np.int64),
        "test_images": digits.normalised(digits.test_images),
        "test_labels": digits.test_labels,
    }


def _ours(data: dict[str, np.ndarray], epochs: int, seed: int) -> tuple[float, float]:
    from autograder.learning.probes import training
    from autograder.sandbox.loading import NAMESPACE
    from reference.resnet import get_model

    state: dict[str, Any] = {NAMESPACE: {"get_model": get_model}}
    given = {name: data[name] for name in ("images", "labels", "test_images")}
    started = time.monotonic()
    training.begin(
        state, "get_model", [20], {}, **given, classes=10, epochs=epochs, batch_size=BATCH, rate=RATE,
        seed=seed, device="cuda", gpu_memory=8 << 30, seconds=1e9, loop="", roles=[],
    )  # fmt: skip
    for _ in range(epochs):
        predictions = training.advance(state)["predictions"]
    return time.monotonic() - started, float((predictions == data["test_labels"]).mean())


def _notebooks(data: dict[str, np.ndarray], epochs: int) -> tuple[float, float]:
    """As a notebook trains: single precision, a loader with two workers, the loop of the lab."""
    import torch

    from reference.resnet import get_model
    from reference.train_epoch import train_epoch

    torch.manual_seed(0)
    device = torch.device("cuda")
    started = time.monotonic()
    tensors = torch.from_numpy(data["images"]), torch.from_numpy(data["labels"])
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(*tensors), BATCH, shuffle=True, num_workers=2
    )
    model = get_model(20).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * len(loader))
    for epoch in range(epochs):
        train_epoch(
            model, optimizer, schedule, torch.nn.functional.cross_entropy, loader, epoch, device
        )
    model.eval()
    with torch.no_grad():
        scores = model(torch.from_numpy(data["test_images"]).to(device))
    predictions = scores.argmax(1).cpu().numpy()
    return time.monotonic() - started, float((predictions == data["test_labels"]).mean())


def _in_processes(count: int, seed: int) -> float:
    """Wall seconds for `count` models at once, each in a process of its own, for one epoch."""
    context = multiprocessing.get_context("spawn")
    ready, go = context.Semaphore(0), context.Event()
    workers = [context.Process(target=_worker, args=(seed + k, ready, go)) for k in range(count)]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    started = time.monotonic()
    go.set()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        sys.exit("a training process failed")
    return time.monotonic() - started


def _worker(seed: int, ready: Any, go: Any) -> None:
    import torch

    data = _many_images()
    torch.zeros(1, device="cuda")
    ready.release()
    go.wait()
    _ours(data, 1, seed)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("checks", "gpu"))
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=10)
    options = parser.parse_args()
    if options.what == "checks":
        checks(options.repeat)
    else:
        gpu(options.epochs)


if __name__ == "__main__":
    main()
