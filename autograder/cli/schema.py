"""`autograder schema`: the JSON Schema of exercise.yaml."""

from __future__ import annotations

import json

import click


@click.command()
def command() -> None:
    """Print the JSON Schema of exercise.yaml, for editors that complete and check YAML."""
    from autograder.authoring.schema import spec_schema

    click.echo(json.dumps(spec_schema(), indent=2, ensure_ascii=False))
