"""`autograder worker`: grade what waits in a service's database."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click

from autograder.cli.options import device, unconfined


@click.command()
@click.option("--database", required=True, help="The service's database, as an SQLAlchemy URL.")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Grade on this machine, or on a Ray cluster.",
)
@click.option(
    "--address",
    default="",
    envvar="RAY_ADDRESS",
    show_envvar=True,
    help="The cluster's; without one, a cluster of this machine alone.",
)
@device
@click.option("--name", default="", help="What the instructor's page calls it.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 1024),
    help="Submissions at a time (1; with Ray, as many as it has room for).",
)
@click.option(
    "--lease",
    type=click.FloatRange(1),
    default=30,
    show_default=True,
    help="Seconds after which the job of a silent worker is another's.",
)
@click.option("--until-idle", is_flag=True, help="End when nothing waits.")
@click.option("--attached", is_flag=True, hidden=True, help="End when standard input does.")
@unconfined
def command(
    database: str,
    engine: str,
    address: str,
    device: str,
    name: str,
    jobs: int | None,
    lease: float,
    until_idle: bool,
    attached: bool,
    unconfined: bool,
) -> int:
    """Grade submissions of an upload service until stopped; as many as you like, anywhere.

    One that is stopped gives back what it has in hand.
    """
    from autograder.errors import UsageError

    try:
        from autograder.service.database import Database
        from autograder.service.queue import Queue
        from autograder.service.worker import Worker
    except ModuleNotFoundError as error:
        raise UsageError(f"{error.name} is not installed; install autograder[service]") from None

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if attached:
        threading.Thread(target=_wait_for_the_end, args=[stop], daemon=True).start()
    opened = Database(database)
    worker = Worker(
        opened,
        name=name,
        device=device,  # type: ignore[arg-type]
        confined=not unconfined,
        queue=Queue(opened, lease),
        jobs=jobs,
        cluster=address if engine == "ray" else None,
    )
    try:
        worker.run(stop, lambda line: click.echo(line, err=True), until_idle=until_idle)
    finally:
        opened.close()
    return 0


def _wait_for_the_end(stop: threading.Event) -> None:
    """Stop when the server that started this worker has ended, however that came."""
    # Not by a buffered read, whose lock the interpreter would wait for when it ends otherwise.
    while os.read(sys.stdin.fileno(), 4_096):
        pass
    stop.set()
