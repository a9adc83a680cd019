"""A catalogue made by hand: the cubes of docs/design.md §4, without reading TOML."""

from pipeline.catalogue.label import Label
from pipeline.catalogue.model import (
    BucketKind,
    Catalogue,
    Cube,
    Dimension,
    Measure,
    Shop,
    Unit,
    WindowDefinition,
)

_L = Label("词", "word")
_ADDITIVE = ("paid_amount", "refund_amount", "paid_quantity", "refund_quantity", "orders", "lines")


def measure(name: str, of: str, kind: str, first: bool = False, priced: bool = False) -> Measure:
    unit = Unit.MONEY if of == "amount_cents" else Unit.COUNT
    return Measure(name, of, kind, first, unit, _L, _L, priced)  # type: ignore[arg-type]


def small_catalogue() -> Catalogue:
    """Return the catalogue of an order screen with windows 4H, 24H, 28H."""
    measures = (
        measure("paid_amount", "amount_cents", "sale"),
        measure("refund_amount", "amount_cents", "refund"),
        measure("paid_quantity", "quantity", "sale"),
        measure("refund_quantity", "quantity", "refund", priced=True),
        measure("orders", "lines", "sale", first=True),
        measure("lines", "lines", "any"),
        measure("buyers", "user_id", "sale"),
    )
    windows = (("4H", -240, 0), ("24H", 0, 1440), ("28H", -240, 1440))
    fields = {name: name for name in ("category", "brand", "gender", "province")}
    fields["warehouse"] = "warehouse_id"
    cubes = [Cube(name, BucketKind.MINUTE, name, _ADDITIVE) for name in fields]
    cubes.append(Cube("guests", BucketKind.MINUTE, "guest", _ADDITIVE))
    cubes.append(
        Cube(
            "users",
            BucketKind.SEGMENT,
            "user",
            ("paid_amount", "orders"),
            label_field="province",
            keep=10_000,
        )
    )
    cubes += [
        Cube(
            f"buyers_{name}",
            BucketKind.WINDOW,
            "user_hash",
            ("buyers",),
            window=name,
            hash_buckets=16,
        )
        for name, _, _ in windows
    ]
    return Catalogue(
        shop=Shop("Asia/Shanghai", "CNY", "¥", 2, ("zh", "en"), "28H", _L, _L),
        windows={name: WindowDefinition(name, a, b, _L) for name, a, b in windows},
        dimensions={n: Dimension(n, f, None, {}, _L) for n, f in fields.items()},
        measures={m.name: m for m in measures},
        cubes={c.name: c for c in cubes},
        metrics={},
        plan="small-1",
    )
