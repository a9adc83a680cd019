"""The made-up shop that `init` copies."""

from pathlib import Path

EXAMPLE = Path(__file__).parent / "example_shop"
