"""What this machine must have, looked up in one pass, with the Debian packages that give it."""

import platform
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from pipeline.errors import ConfigurationError
from pipeline.local.java import find_java
from pipeline.local.layout import Layout

GIB = 1024**3
LEAST_MEMORY_BYTES = 7 * GIB  # a machine sold with 8
LEAST_DISK_BYTES = 4 * GIB
JAVAS = (17, 21)
JARS = {
    "broker": ("kafka_2.13-*.jar", "kafka-clients-*.jar", "slf4j-simple-*.jar"),
    "flink": ("flink-sql-connector-kafka-*.jar",),
}
SIZES_MB = {
    "openjdk-17-jre-headless": 190,
    "redis-server": 7,
    "maven": 20,
    "fonts-noto-cjk": 90,
    "chromium": 290,
    "chromium-driver": 20,
    "util-linux": 5,
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `fine` or not, what was seen, and the packages that would mend it."""

    name: str
    fine: bool
    seen: str
    packages: tuple[str, ...] = ()
    needed: bool = True


def examine(layout: Layout, services: frozenset[str], tests: bool = False) -> list[Finding]:
    """Look at everything that running needs here; with `tests` also at what testing needs."""
    findings = [_platform(), _python(), _memory(), _setpriv(), _fonts(), _disk(layout.home)]
    if services & {"kafka", "flink"}:
        findings.append(_java())
    if "redis" in services:
        findings.append(_program("redis-server", "redis-server"))
    wanted = [folder for folder, of in (("broker", "kafka"), ("flink", "flink")) if of in services]
    jars = [_jars(layout.home / "jars" / folder, JARS[folder]) for folder in wanted]
    findings += jars
    if not all(found.fine for found in jars):
        findings.append(_program("mvn", "maven"))
    if tests:
        findings += [_program("chromium", "chromium"), _program("chromedriver", "chromium-driver")]
    else:
        findings.append(_picture_taker())
    return findings


def install_line(findings: list[Finding]) -> str | None:
    """Return the one line that installs every missing package, or None when none is missing."""
    packages = sorted({name for found in findings if not found.fine for name in found.packages})
    if not packages:
        return None
    return f"apt-get install -y --no-install-recommends {' '.join(packages)}"


def install_size_mb(findings: list[Finding]) -> int:
    """Return roughly how much disk the missing packages take."""
    packages = {name for found in findings if not found.fine for name in found.packages}
    return sum(SIZES_MB.get(name, 10) for name in packages)


def _platform() -> Finding:
    seen = f"{platform.system()} {platform.machine()}"
    return Finding("platform", seen == "Linux x86_64", f"{seen} (needed: Linux x86_64)")


def _python() -> Finding:
    fine = (3, 11) <= sys.version_info[:2] <= (3, 12)
    return Finding("Python", fine, f"{platform.python_version()} (needed: 3.11 or 3.12)")


def _memory() -> Finding:
    total = psutil.virtual_memory().total
    return Finding("memory", total >= LEAST_MEMORY_BYTES, f"{total / GIB:.1f} GiB (8 GiB or more)")


def _disk(home: Path) -> Finding:
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    return Finding(
        "disk", free >= LEAST_DISK_BYTES, f"{free / GIB:.1f} GiB free for {home} (4 GiB or more)"
    )


def _setpriv() -> Finding:
    return _program("setpriv", "util-linux")


def _program(name: str, package: str) -> Finding:
    found = shutil.which(name)
    return Finding(name, found is not None, found or "not found", (package,))


def _picture_taker() -> Finding:
    """Only snapshots need a browser here, so that nothing is installed for them unasked."""
    found = shutil.which("chromium")
    seen = found or "not found; `snapshot` needs it: apt-get install chromium"
    return Finding("chromium", found is not None, seen, needed=False)


def _java() -> Finding:
    package = ("openjdk-17-jre-headless",)
    try:
        java = find_java()
        said = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=20, check=False
        ).stderr
    except (ConfigurationError, OSError, subprocess.TimeoutExpired) as fault:
        return Finding("Java", False, f"{fault} (needed: 17 or 21)", package)
    version = re.search(r'version "(\d+)', said)
    fine = version is not None and int(version[1]) in JAVAS
    seen = version[1] if version else said.strip()[:60]
    return Finding("Java", fine, f"{java}: {seen} (needed: 17 or 21)", package)


def _fonts() -> Finding:
    """A browser elsewhere brings its own fonts, so that missing ones are only a warning."""
    lister = shutil.which("fc-list")
    said = ""
    if lister is not None:
        said = subprocess.run(
            [lister, ":lang=zh", "family"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        ).stdout.strip()
    seen = said.splitlines()[0] if said else "none on this machine"
    return Finding("Chinese fonts", bool(said), seen, ("fonts-noto-cjk",), needed=False)


def _jars(folder: Path, patterns: tuple[str, ...]) -> Finding:
    missing = [pattern for pattern in patterns if not list(folder.glob(pattern))]
    if missing:
        return Finding(folder.name + " jars", False, f"{folder}: no {missing[0]} (make install)")
    torn = [jar.name for jar in folder.glob("*.jar") if not zipfile.is_zipfile(jar)]
    if torn:
        return Finding(
            folder.name + " jars",
            False,
            f"{folder}: {', '.join(torn)} is not whole: delete it, then make install",
        )
    return Finding(folder.name + " jars", True, f"{len(list(folder.glob('*.jar')))} in {folder}")
