"""`autograder serve`: the upload service with its workers."""

from __future__ import annotations

import contextlib
import functools
from pathlib import Path
from typing import Any

import click

from autograder.cli.doors import doors
from autograder.cli.options import unconfined


@click.command()
@click.argument("exercises", nargs=-1, metavar="[EXERCISE]...")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("autograder-service"),
    show_default=True,
    help="Where everything is kept.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--url", default="", help="Where people reach it, such as https://grader.example.")
@click.option("--proxy", multiple=True, help="The address of a TLS-terminating proxy in front.")
@click.option("--database", default="", help="An SQLAlchemy URL, in place of SQLite in the folder.")
@click.option(
    "--workers",
    type=click.IntRange(0, 256),
    default=1,
    show_default=True,
    help="How many submissions to grade here at a time.",
)
@click.option("--lease", type=click.FloatRange(1), default=30, help="As of `worker`.")
@unconfined
@doors
def command(
    exercises: tuple[str, ...],
    folder: Path,
    host: str,
    port: int,
    url: str,
    proxy: tuple[str, ...],
    database: str,
    workers: int,
    lease: float,
    unconfined: bool,
    doors: dict[str, Any],
) -> int:
    """Let students hand in with a browser: the shipped EXERCISEs, or these (folders or ids)."""
    from autograder.errors import UsageError
    from autograder.exercise.find import find_exercise
    from autograder.service.settings import Settings

    try:
        import uvicorn

        from autograder.service.service import Service
        from autograder.service.supervise import Supervised
        from autograder.service.web.app import make_app
    except ModuleNotFoundError as error:
        raise UsageError(f"{error.name} is not installed; install autograder[service]") from None

    settings = Settings(folder, host, port, url, proxy, database, **doors)
    chosen = [find_exercise(name) for name in exercises] if exercises else None
    with Service.open(settings, checkers=2) as service:
        service.checkers.start()
        settings.check(has_password=service.has_password())
        service.appoint()
        for identifier in service.publish(chosen):
            click.echo(f"published {identifier}")
        arguments = ["worker", "--attached", "--jobs", str(workers), "--lease", str(lease)]
        arguments += ["--unconfined"] if unconfined else []
        # In the environment: everybody on the machine may read a process's arguments.
        variables = {"AUTOGRADER_DATABASE": settings.database_url}
        click.echo(f"instructor: {service.instructor_link()}")
        click.echo("            (opens once, within a day; stop with Ctrl-C)", err=True)
        if service.post:
            service.post.start()
        with contextlib.ExitStack() as running:
            if workers:
                say = functools.partial(click.echo, err=True)
                running.enter_context(Supervised(arguments, variables, say))
            uvicorn.run(
                make_app(service),
                host=host,
                port=port,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=5,
            )
    return 0
