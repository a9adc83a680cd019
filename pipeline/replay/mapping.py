"""Which mapping a replay reads its file through, and of which shop the orders are."""

from pathlib import Path

from pipeline.errors import ConfigurationError, Faults
from pipeline.mapping.load import FILE
from pipeline.mapping.model import Mapping

_SHOPS = Path(__file__).parent / "shops"
PACKAGED = {"online_retail_2": _SHOPS / "online_retail" / FILE}


def mapping_path(name: str, config: Path | None) -> Path:
    """Find a mapping: a path, one of the shop's own folder, or a packaged one by its name."""
    given = Path(name)
    if given.suffix == ".toml":
        candidates = [given]
    else:
        own = [config / "mappings" / f"{name}.toml"] if config is not None else []
        candidates = [*own, *(path for known, path in PACKAGED.items() if known == name)]
    for path in candidates:
        if path.is_file():
            return path
    known = ", ".join(PACKAGED)
    raise ConfigurationError(f"no mapping {name!r}: give one of {known}, or the path of a .toml")


def mapping_name(path: Path) -> str:
    """Return what the topics of a mapping's replay are called."""
    packaged = [name for name, known in PACKAGED.items() if known.resolve() == path.resolve()]
    return next(iter(packaged), path.parent.name if path.name == FILE else path.stem)


def shop_folder(path: Path) -> Path | None:
    """Return the folder of the shop whose mapping this is: the one it lies in, if it is a shop."""
    return path.parent.resolve() if (path.parent / "shop.toml").is_file() else None


def refuse_unfit(path: Path, mapping: Mapping) -> None:
    """Refuse what a file of rows cannot have; raises Faults."""
    faults = [
        f"{path} {entry}: a row has no lines of its own; write path for line_path"
        for entry, place in mapping.places()
        if place.of_line
    ]
    faults += [
        f'{path} {entry}: a column is one name; write path = ["{place}"]'
        for entry, place in mapping.places()
        if len(place.path or ()) > 1
    ]
    if mapping.feed.lines is not None:
        faults.append(f"{path} [feed] lines: the rows of a file are the lines; take it out")
    if mapping.time.zone is None:
        faults.append(
            f"{path} [time] zone: is missing: a replay is laid out by local dates; add it"
        )
    if faults:
        raise Faults("mapping", faults)
