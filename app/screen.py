"""What the screen is told once: the catalogue, which metric each tile draws, and every word.

`screen.toml` is read and checked as a whole: all faults are named at once.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from app import ids
from app.limits import Band, Limits, band_faults, band_of, limit_faults, limits_of
from app.scenes import Scene, scene_faults, scenes_of
from pipeline.catalogue.faults import nearest
from pipeline.catalogue.model import UNKNOWN, Catalogue, Metric
from pipeline.errors import ConfigurationError
from pipeline.mapping.left_out import unmapped
from pipeline.mapping.load import own_mapping
from pipeline.mapping.model import Mapping as FeedMapping
from pipeline.rollup.comparing import BAND

PACKAGED = Path(__file__).with_name("screen.toml")
LANGUAGES = ("zh", "en")
ENTRIES = {"tiles", "kpis", "show", "show_link", "words", "scene", "limits", "bands"}
OPEN = "limits."  # a table in which a shop may name what the packaged one does not
LONGEST_EXAMPLE = 60


@dataclass(frozen=True)
class Screen:
    """`roles`: tile -> role (what the tile needs it for) -> metric of the catalogue.

    `words`: "group.key" -> language -> text. `shown`: the lists that stand on the wall, in their
    order: those asked for (`show`) without those whose dimension the feed's mapping does not have.
    `band`: what is usual, in parts per million of what is expected.
    """

    catalogue: Catalogue
    roles: Mapping[str, Mapping[str, str]]
    kpis: tuple[str, ...]
    show_link: bool
    words: Mapping[str, Mapping[str, str]]
    scenes: tuple[Scene, ...] = ()
    shown: tuple[str, ...] = ids.LISTS
    limits: Limits = field(default_factory=Limits)
    band: Band = BAND

    def metric(self, tile: str, role: str) -> Metric:
        return self.catalogue.metrics[self.roles[tile][role]]

    def word(self, lang: str, key: str, **parts: object) -> str:
        """Return a word of screen.toml, filled in. Raises KeyError: every key used is there."""
        return self.words[key][lang].format(**parts)

    def name(self, lang: str, dimension: str | None, key: str) -> str:
        """Return what a key of a dimension is called; a key without a name is its own name."""
        known = self.catalogue.dimensions.get(dimension or "")
        if known and key in known.members:
            return known.members[key].label.of(lang)
        return self.word(lang, "common.unknown") if key == UNKNOWN else plain(key)


def plain(text: str) -> str:
    """Return a foreign text without what a chart or a page could take for markup."""
    return "".join(c for c in text if c.isprintable() and c not in "<>&")


def load_screen(catalogue: Catalogue, path: Path = PACKAGED, config: Path | None = None) -> Screen:
    """Read screen.toml, and over it that of the shop's folder `config`, if it has one.

    Raises ConfigurationError naming every fault.
    """
    written, strangers = _read(path), list[str]()
    own = None if config is None else config / "screen.toml"
    if own is not None and own.is_file():
        path, written = own, _laid_over(written, _read(own), "", strangers)
    words = {
        f"{group}.{key}": languages
        for group, keys in written.get("words", {}).items()
        for key, languages in keys.items()
    }
    screen = Screen(
        catalogue,
        written.get("tiles", {}),
        tuple(written.get("kpis", ())),
        bool(written.get("show_link", False)),
        words,
        scenes_of(written.get("scene", [])),
        tuple(written.get("show", ids.LISTS)),
        limits_of(written.get("limits", {})),
        band_of(written.get("bands", {}), BAND),
    )
    faults = strangers + _faults(screen, written)
    if faults:
        name = path.name if path == PACKAGED else str(path)
        raise ConfigurationError("\n".join(f"{name}: {fault}" for fault in faults))
    return _scenes_that_stand(_without_unmapped(screen, own_mapping(config)))


def _without_unmapped(screen: Screen, mapping: FeedMapping | None) -> Screen:
    """Leave out what a feed cannot fill; one without a mapping sends events, which have it all."""
    if mapping is None:
        return screen
    catalogue = screen.catalogue

    def filled(tile: str) -> bool:
        metrics = [catalogue.metrics[name] for name in screen.roles[tile].values()]
        of = [metric.dimension for metric in metrics if metric.dimension is not None]
        return not any(unmapped(catalogue, mapping, dimension) for dimension in of)

    users = "user_id" in mapping.mapped
    kpis = tuple(k for k in screen.kpis if users or not _counts_users(screen, k))
    return replace(screen, kpis=kpis, shown=tuple(filter(filled, screen.shown)))


def _scenes_that_stand(screen: Screen) -> Screen:
    """Leave out the scenes of which a tile is not on the page."""
    away = {tile for tile in ids.LISTS if tile not in screen.shown}
    scenes = tuple(s for s in screen.scenes if not away & set(" ".join(s.areas).split()))
    return replace(screen, scenes=scenes)


def _counts_users(screen: Screen, kpi: str) -> bool:
    catalogue = screen.catalogue
    terms = {
        term
        for name in screen.roles[kpi].values()
        for term in catalogue.metrics[name].numerator.terms
    }
    return any(catalogue.measures[term].distinct for term in terms)


def _read(path: Path) -> dict[str, Any]:
    try:
        # A band of 0.6 is 600,000 ppm, not nearly.
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ConfigurationError(f"{path}: {fault}") from fault


def _laid_over(
    base: dict[str, Any], own: dict[str, Any], place: str, strangers: list[str]
) -> dict[str, Any]:
    """Return the tables with what a shop says instead; it can name nothing that is not there."""
    laid = dict(base)
    for key, value in own.items():
        held = base.get(key)
        if held is None and place != OPEN:
            strangers.append(f"{place}{key}: unknown entry; {nearest(key, base)}")
        elif held is None:
            laid[key] = value
        elif isinstance(held, dict) and isinstance(value, dict):
            laid[key] = _laid_over(held, value, f"{place}{key}.", strangers)
        elif type(held) is type(value):
            laid[key] = value
        else:
            strangers.append(
                f"{place}{key}: not of the kind it is in the packaged file; "
                f"write it as there: {_shortened(held)}"
            )
    return laid


def _shortened(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]}…"


def _faults(screen: Screen, written: Mapping[str, Any]) -> list[str]:
    faults = [f"{e}: unknown entry" for e in sorted(set(written) - ENTRIES)]
    faults += limit_faults(written.get("limits", {}), screen.roles)
    if "bands" in written:
        faults += band_faults(written["bands"])
    for tile, roles in screen.roles.items():
        for role, metric in roles.items():
            if metric not in screen.catalogue.metrics:
                faults.append(
                    f"tiles.{tile}.{role}: the catalogue has no metric {metric!r}; "
                    f"{nearest(metric, screen.catalogue.metrics)}"
                )
    faults += [
        f"kpis: no tile {name!r}; {nearest(name, screen.roles)}"
        for name in screen.kpis
        if name not in screen.roles
    ]
    for name in screen.shown:
        if name not in ids.LISTS:
            faults.append(f"show: no list {name!r}; there are {', '.join(ids.LISTS)}")
    if len(set(screen.shown)) < len(screen.shown):
        faults.append("show: a list stands twice")
    for key, languages in screen.words.items():
        missing = [lang for lang in LANGUAGES if not languages.get(lang)]
        faults += [f"words.{key}: no {lang}" for lang in missing]
    return faults + scene_faults(screen.scenes, LANGUAGES)
