"""Definitions to resolved entries: the shop, windows, dimensions and measures."""

from pipeline.catalogue.faults import nearest
from pipeline.catalogue.members import check_parents, read_members
from pipeline.catalogue.model import (
    Dimension,
    Measure,
    Shop,
    Unit,
    WindowDefinition,
)
from pipeline.catalogue.reading import Reader
from pipeline.catalogue.written import (
    WrittenDimension,
    WrittenMeasure,
    WrittenShop,
    WrittenWindow,
)
from pipeline.errors import ConfigurationError
from pipeline.trading.zone import Zone

DAY = 1440
# Years looked at for clocks that go back; rules beyond them repeat.
FIRST_YEAR, LAST_YEAR = 2005, 2037


def shop_of(reader: Reader) -> Shop | None:
    """Return the shop; its zone exists and its default window is declared."""
    written = reader.read("shop", WrittenShop).get("shop")
    _check_zone_and_window(reader)
    if written is None:
        return None
    if len(set(written.languages)) < len(written.languages):
        place = reader.place("shop", "shop")
        reader.faults.add(place, "a language comes twice in languages", "name each once")
    values = written.model_dump(exclude={"title", "scope", "languages"})
    return Shop(
        **values,
        languages=tuple(written.languages),
        title=written.title.label(),
        scope=written.scope.label(),
    )


def _check_zone_and_window(reader: Reader) -> None:
    """Look at the table as written: another wrong key must not hide these."""
    place, faults = reader.place("shop", "shop"), reader.faults
    table = reader.sources.tables["shop"]["shop"].table
    zone, window = table.get("zone"), table.get("default_window")
    try:
        Zone(str(zone))
    except ConfigurationError:
        faults.add(place, f"unknown zone '{zone}'", "name one such as Europe/London")
    windows = reader.declared("window")
    if isinstance(window, str) and window not in windows:
        reason = f"default_window '{window}' is not a window"
        faults.add(place, reason, nearest(window, windows))


def windows_of(reader: Reader) -> dict[str, WindowDefinition]:
    """Return the windows; each has a length and edges that the zone's clock shows only once."""
    written = reader.read("window", WrittenWindow)
    zone = str(reader.sources.tables["shop"]["shop"].table.get("zone"))
    reader.refuse_same_labels("window", {n: w.label for n, w in written.items()})
    found: dict[str, WindowDefinition] = {}
    spans: dict[tuple[int, int], str] = {}
    for name, window in written.items():
        place, faults = reader.place("window", name), reader.faults
        start, end = window.start.minute(), window.end.minute()
        if end <= start:
            faults.add(place, "ends before it begins", "put 'to' after 'from'")
            continue
        if end - start > 7 * DAY:
            faults.add(place, "is longer than 7 days", "shorten it: live cells are kept 4 days")
        other = spans.setdefault((start, end), name)
        if other != name:
            faults.add(place, f"is the same stretch as '{other}'", "keep one of them")
        for edge in (start % DAY, end % DAY):
            _refuse_repeated(reader, place, edge, zone)
        found[name] = WindowDefinition(name, start, end, window.label.label())
    return found


def _refuse_repeated(reader: Reader, place: str, edge: int, zone: str) -> None:
    """An edge inside an hour that comes twice would cut two stretches, not one."""
    try:
        repeats = Zone(zone).repeats(FIRST_YEAR, LAST_YEAR)
    except ConfigurationError:  # said of the shop
        return
    for first, end in repeats:
        if (
            first < first - first % DAY + edge < end
            or first < first - first % DAY + edge + DAY < end
        ):
            reader.faults.add(
                place,
                f"cannot be cut at {edge // 60:02}:{edge % 60:02}, "
                f"a time that comes twice when the clocks of {zone} go back",
                "move the edge out of that hour",
            )
            return


def dimensions_of(reader: Reader) -> dict[str, Dimension]:
    """Return the dimensions with their members; every parent exists and no roll-up is a circle."""
    faults, csv = reader.faults, reader.sources.csv
    written = reader.read("dimension", WrittenDimension)
    reader.refuse_same_labels("dimension", {n: d.label for n, d in written.items()})
    for name in sorted(set(csv) - reader.declared("dimension")):
        step = nearest(name, reader.declared("dimension"))
        faults.add(f"dimensions/{name}.csv", f"there is no dimension '{name}'", step)
    found = {
        name: Dimension(
            name,
            one.field,
            one.parent,
            read_members(csv[name], one.parent is not None, faults) if name in csv else {},
            one.label.label(),
        )
        for name, one in written.items()
    }
    for name, dimension in found.items():
        if dimension.parent is None:
            continue
        place = reader.place("dimension", name)
        if dimension.parent not in reader.declared("dimension"):
            reason = f"unknown parent '{dimension.parent}'"
            faults.add(place, reason, nearest(dimension.parent, found))
        elif _circles(name, found):
            faults.add(place, "rolls up to itself (a cycle)", "take out one parent of the circle")
        elif dimension.parent in found:
            check_parents(name, dimension.members, found[dimension.parent].members, faults)
    return found


def _circles(name: str, dimensions: dict[str, Dimension]) -> bool:
    seen, at = {name}, dimensions[name].parent
    while at is not None and at in dimensions:
        if at == name:
            return True
        if at in seen:
            return False
        seen.add(at)
        at = dimensions[at].parent
    return False


def measures_of(reader: Reader) -> dict[str, Measure]:
    """Return the measures; the unit is that of what is summed."""
    written = reader.read("measure", WrittenMeasure)
    reader.refuse_same_labels("measure", {n: m.label for n, m in written.items()})
    found: dict[str, Measure] = {}
    for name, one in written.items():
        unit = Unit.MONEY if one.of == "amount_cents" else Unit.COUNT
        if one.unit != unit:
            reason = f"unit '{one.unit}' does not fit {one.of}"
            reader.faults.add(reader.place("measure", name), reason, f'write unit = "{unit}"')
        labels = one.label.label(), one.description.label()
        found[name] = Measure(
            name, one.of, one.kind, one.first_line_only, unit, *labels, one.priced
        )
    return found
