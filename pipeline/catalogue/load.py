"""Load the catalogue: read what is written, check all of it, resolve it."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pipeline.catalogue.alerts import alerts_of
from pipeline.catalogue.cubes import cubes_of
from pipeline.catalogue.faults import FaultList
from pipeline.catalogue.metrics import Metrics
from pipeline.catalogue.model import Catalogue, Cube, Dimension, Measure, Shop, WindowDefinition
from pipeline.catalogue.reading import Reader
from pipeline.catalogue.resolve import dimensions_of, measures_of, shop_of, windows_of
from pipeline.catalogue.sources import read_sources
from pipeline.errors import Faults

# Raise when cells of the same declarations come to mean something else.
PLAN_VERSION = 1


def load_catalogue(config: Path | None = None) -> Catalogue:
    """Return the packaged catalogue with a shop's folder laid over it; raises Faults."""
    catalogue, faults = read_catalogue(config)
    if catalogue is None or faults:
        raise Faults("catalogue", faults)
    return catalogue


def read_catalogue(config: Path | None = None) -> tuple[Catalogue | None, list[str]]:
    """Return the catalogue, or None, and every fault found."""
    faults = FaultList()
    reader = Reader(read_sources(config, faults), faults)
    shop = shop_of(reader)
    windows = windows_of(reader)
    dimensions = dimensions_of(reader)
    measures = measures_of(reader)
    cubes = cubes_of(reader, dimensions, measures)
    default = shop.default_window if shop else None
    if default not in windows:  # said already; any other serves to check the rest
        default = next(iter(windows), None)
    metrics = Metrics(reader, dimensions, measures, cubes, default).resolve()
    alerts = alerts_of(reader, dimensions, cubes, metrics)
    if shop is None or faults.texts:
        return None, faults.texts
    plan = plan_of(shop, windows, dimensions, measures, cubes)
    return Catalogue(shop, windows, dimensions, measures, cubes, metrics, plan, alerts), []


def plan_of(
    shop: Shop,
    windows: Mapping[str, WindowDefinition],
    dimensions: Mapping[str, Dimension],
    measures: Mapping[str, Measure],
    cubes: Mapping[str, Cube],
) -> str:
    """Return the hash of what the live job's state means: no labels, members, metrics."""
    used = {measure for cube in cubes.values() for measure in cube.measures}
    meaning = {
        "version": PLAN_VERSION,
        "zone": shop.zone,
        "currency": [shop.currency, shop.currency_exponent],
        "windows": {w.name: [w.start, w.end] for w in windows.values()},
        "measures": {
            m.name: [m.of, m.kind, m.first_line_only, m.priced]
            for m in measures.values()
            if m.name in used
        },
        "cubes": {
            c.name: [
                c.bucket,
                c.dimension,
                dimensions[c.dimension].field,
                c.measures,
                c.window,
                c.label_field,
                c.hash_buckets,
                c.keep,
            ]
            for c in cubes.values()
        },
    }
    text = json.dumps(meaning, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
