"""`schema`: print the JSON Schema of an order event."""

import json

import click

from pipeline.events.schema import json_schema


@click.command()
def command() -> None:
    """Print the JSON Schema of an order event (docs/events.md explains it)."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
