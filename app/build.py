"""Which build of the screen this is: a page made by another one reloads itself."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("app", "components", "assets", "pipeline/catalogue")
KINDS = (".py", ".toml", ".js", ".css")


def build_id(*more: str) -> str:
    """Return a name of everything a page is made from: code, drawing, words, and `more`."""
    sum_ = hashlib.blake2b("\0".join(more).encode(), digest_size=6)
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in KINDS:
                sum_.update(path.relative_to(ROOT).as_posix().encode())
                sum_.update(path.read_bytes())
    return sum_.hexdigest()
