"""`init`: make a shop's folder to begin with."""

import shutil
from pathlib import Path

import click

from pipeline.errors import Refused
from pipeline.mapping.example import EXAMPLE


@click.command(name="init")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write a shop's settings and a mapping into FOLDER, commented, of a made-up shop.

    They pass `check` as they are. Nothing that is there is ever overwritten.
    """
    files = sorted(path.relative_to(EXAMPLE) for path in EXAMPLE.rglob("*") if path.is_file())
    there = [str(file) for file in files if (folder / file).exists()]
    if there:
        raise Refused(
            f"{folder} holds {', '.join(there)} already: name another folder, or move them away"
        )
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(EXAMPLE / file, folder / file)
        click.echo(f"{folder / file}")
    click.echo(
        f"next: python -m pipeline check --config {folder} --sample {folder / 'orders.jsonl'}"
    )
