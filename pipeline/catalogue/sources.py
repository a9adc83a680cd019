"""Reading the files: the packaged defaults, and a shop's own folder laid over them."""

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.catalogue.faults import FaultList, listed, nearest

PACKAGED = Path(__file__).parent
PACKAGED_FILES: dict[str, tuple[str, ...]] = {
    "shop.toml": ("shop",),
    "windows.toml": ("window",),
    "dimensions.toml": ("dimension",),
    "measures.toml": ("measure",),
    "cubes.toml": ("cube",),
    "metrics.toml": ("metric",),
    "alerts.toml": ("alert",),
}
OVERLAY_FILES: dict[str, tuple[str, ...]] = {
    "shop.toml": ("shop", "window"),
    "catalogue.toml": ("dimension", "measure", "cube", "metric", "alert"),
}
# read by others: the feed's mapping, the promotion calendar, the screen
OTHER_FILES = ("mapping.toml", "promotions.toml", "screen.toml")
RESERVED = {"dimension": ("user", "guest", "user_hash"), "cube": ("audit",)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One table as written, and where: `metrics.toml [metric.net_sales]`."""

    place: str
    table: dict[str, Any]


@dataclass
class Sources:
    """Tables by kind and name, and the CSV file of each dimension that has one."""

    tables: dict[str, dict[str, Entry]] = field(
        default_factory=lambda: {kinds[0]: {} for kinds in PACKAGED_FILES.values()}
    )
    csv: dict[str, Path] = field(default_factory=dict)


def read_sources(config: Path | None, faults: FaultList) -> Sources:
    """Read the defaults and, over them, a shop's folder; what cannot be read is a fault."""
    sources = Sources()
    for file, kinds in PACKAGED_FILES.items():
        _lay(sources, PACKAGED / file, kinds, faults)
    _find_csv(sources, PACKAGED)
    if config is None:
        return sources
    if not config.is_dir():
        faults.add(str(config), "there is no such folder", "set DAPING_CONFIG to a shop's folder")
        return sources
    _refuse_strangers(config, faults)
    for file, kinds in OVERLAY_FILES.items():
        if (config / file).exists():
            _lay(sources, config / file, kinds, faults, own=True)
    _find_csv(sources, config)
    return sources


def _lay(
    sources: Sources, path: Path, kinds: tuple[str, ...], faults: FaultList, own: bool = False
) -> None:
    for kind, content in _content(path, faults).items():
        if kind not in kinds:
            step = nearest(kind, kinds)
            faults.add(f"{path.name} [{kind}]", f"unknown table '{kind}'", step)
        elif not isinstance(content, dict):
            faults.add(f"{path.name} [{kind}]", "is not a table", f"write [{kind}.name]")
        elif kind == "shop":
            _put(sources, kind, "shop", Entry(f"{path.name} [shop]", content))
        else:
            for name, table in content.items():
                entry = Entry(f"{path.name} [{kind}.{name}]", table)
                _lay_entry(sources, (kind, name), entry, faults, own)


def _lay_entry(
    sources: Sources, which: tuple[str, str], entry: Entry, faults: FaultList, own: bool
) -> None:
    kind, name = which
    if not isinstance(entry.table, dict):
        faults.add(entry.place, "is not a table", f"write [{kind}.{name}]")
    elif name in RESERVED.get(kind, ()) and own:
        faults.add(entry.place, f"the name '{name}' is reserved", "choose another name")
    else:
        _put(sources, kind, name, entry)


def _put(sources: Sources, kind: str, name: str, entry: Entry) -> None:
    held = sources.tables[kind].get(name)
    table = entry.table if held is None else {**held.table, **entry.table}
    sources.tables[kind][name] = Entry(entry.place, table)


def _content(path: Path, faults: FaultList) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text, parse_float=Decimal)  # 0.6 is 600,000 ppm, not nearly
    except tomllib.TOMLDecodeError as fault:
        faults.add(path.name, f"not TOML ({fault})", "correct the syntax")
    except UnicodeDecodeError:
        faults.add(path.name, "not UTF-8", "save the file as UTF-8")
    return {}


def _find_csv(sources: Sources, folder: Path) -> None:
    for path in sorted((folder / "dimensions").glob("*.csv")):
        sources.csv[path.stem] = path


def _refuse_strangers(config: Path, faults: FaultList) -> None:
    known = (*OVERLAY_FILES, *OTHER_FILES)
    for path in sorted([*config.glob("*.toml"), *config.glob("*.csv")]):
        if path.suffix == ".csv":
            faults.add(path.name, "lies where no file of keys is read", "move it to dimensions/")
        elif path.name not in known:
            faults.add(path.name, "unknown file", f"a shop's folder has: {listed(known)}")
