"""Archives of loaded classes (the JVM's application class-data sharing) for the JVM parts.

Most of what a JVM does while it starts is reading and checking classes. An archive of what a part
loaded in an earlier run takes a third off its processor time. Archives are made once, when the
parts are installed (`class_archive_making`), and lie beside the jars; one that does not fit the
jars, the Java or the machine is not used, and the part starts as without it.
"""

import hashlib
import os
from collections import defaultdict
from pathlib import Path

from pipeline.local.java import find_java

KEPT = 2  # two checkouts may share a home
MAKING = "DAPING_MAKE_CLASS_ARCHIVES"
# An archive that does not fit is no fault: silence, and on without it.
QUIET = ("-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-Xlog:class+path=off")


def archive_options(jars: Path, name: str, class_path: str) -> tuple[str, ...]:
    """Return the JVM's options for a part: use its archive, or make it when asked to, or none."""
    file = beside_archives(jars, name, class_path, "jsa")
    if os.environ.get(MAKING):
        file.parent.mkdir(parents=True, exist_ok=True)
        return (f"-XX:ArchiveClassesAtExit={file}", *QUIET)
    if not file.exists():
        return ()
    return (f"-XX:SharedArchiveFile={file}", *QUIET)


def beside_archives(jars: Path, name: str, class_path: str, kind: str) -> Path:
    """Return where something made with these very jars is kept."""
    return jars / "archives" / f"{name}-{_key(class_path)}.{kind}"


def forget_older(jars: Path, kept: int = KEPT) -> None:
    """Delete what was made with jars or a Java that are no more: of each the newest stay."""
    made: defaultdict[tuple[str, str], list[Path]] = defaultdict(list)
    for file in (jars / "archives").glob("*-*.*"):
        made[file.stem.rpartition("-")[0], file.suffix].append(file)
    for files in made.values():
        for old in sorted(files, key=lambda file: file.stat().st_mtime_ns, reverse=True)[kept:]:
            old.unlink()


def _key(class_path: str) -> str:
    """Return a hash of what an archive depends on: the Java and every jar, as they are now."""
    files = [os.path.realpath(find_java()), *class_path.split(":")]
    said = []
    for file in files:
        found = os.stat(file)
        said.append(f"{file} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
