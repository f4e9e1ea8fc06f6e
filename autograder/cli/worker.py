"""`autograder worker`: grade what waits in a service's database."""

from __future__ import annotations

import signal
import threading

import click

from autograder.cli.options import device, unconfined


@click.command()
@click.option("--database", required=True, help="The service's database, as an SQLAlchemy URL.")
@device
@click.option("--name", default="", help="What the instructor's page calls it.")
@click.option(
    "--lease",
    type=click.FloatRange(1),
    default=30,
    show_default=True,
    help="Seconds after which the job of a silent worker is another's.",
)
@unconfined
def command(database: str, device: str, name: str, lease: float, unconfined: bool) -> int:
    """Grade submissions of an upload service until stopped; as many as you like, anywhere."""
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
    opened = Database(database)
    worker = Worker(
        opened,
        name=name,
        device=device,  # type: ignore[arg-type]
        confined=not unconfined,
        queue=Queue(opened, lease),
    )
    try:
        worker.run(stop, say=lambda line: click.echo(line, err=True))
    finally:
        worker.close()
        opened.close()
    return 0
