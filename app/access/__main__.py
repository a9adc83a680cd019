"""`python -m app.access`: whether the screen would start as it is set. `demo` asks it."""

import sys

from app.access.starting import refuse_unsafe
from app.settings import ScreenSettings
from pipeline.errors import DapingError

if __name__ == "__main__":
    try:
        refuse_unsafe(ScreenSettings())
    except DapingError as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(1)
