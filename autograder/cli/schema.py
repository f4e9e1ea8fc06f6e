"""`autograder schema`: the JSON Schemas of what goes in and what comes out."""

from __future__ import annotations

import json

import click


@click.command()
@click.option(
    "--of",
    "what",
    type=click.Choice(["exercise", "results"]),
    default="exercise",
    show_default=True,
    help="exercise.yaml, or the results.json that `run -o` writes.",
)
def command(what: str) -> None:
    """Print the JSON Schema of exercise.yaml, for editors that complete and check YAML."""
    from autograder.authoring.schema import spec_schema
    from autograder.reports.gradescope import results_schema

    schema = spec_schema() if what == "exercise" else results_schema()
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))
