"""The options that several verbs take, each declared once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

_select: Final = click.option(
    "-k", "--select", default="", metavar="EXPR", help="Questions, as in 'mlp or cnn'."
)
device: Final = click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True
)
_seed: Final = click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True
)
unconfined: Final = click.option(
    "--unconfined", is_flag=True, help="Run student code without the sandbox's layers."
)


def declared(command: Callable[..., Any], options: Iterable[Callable[[Any], Any]]) -> Any:
    """The command with these options, which help lists in their order."""
    return functools.reduce(lambda inner, option: option(inner), reversed([*options]), command)


def grading(*, seconds: str) -> Callable[[_Command], _Command]:
    """What a grade depends on: the command gets one argument `options` for all of it.

    `seconds` is the help of the option that bounds the time.
    """
    limit = click.option("--seconds", type=click.FloatRange(1), help=seconds)

    def declare(command: _Command) -> _Command:
        made: _Command = declared(_gathered(command), (_select, device, _seed, limit, unconfined))
        return made

    return declare


def _gathered(command: Callable[..., Any]) -> Any:
    """The command, with the five options as one."""

    @functools.wraps(command)
    def called(
        *, select: str, device: Any, seed: int, seconds: float | None, unconfined: bool, **rest: Any
    ) -> Any:
        from autograder.grading.grade import Options

        options = Options(select, device, seed, seconds, confined=not unconfined)
        return command(options=options, **rest)

    return called
