"""`python -m app.checking FOLDER`: whether a shop's screen.toml holds. `pipeline check` asks it."""

import sys
from pathlib import Path

from app.screen import load_screen
from pipeline.catalogue.load import load_catalogue
from pipeline.errors import DapingError

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    try:
        load_screen(load_catalogue(folder), config=folder)
    except DapingError as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(1)
