"""The live job's cells with Pathway: `pathway_flow.py BOOTSTRAP TOPIC MESSAGES FILE`.

Its own expressions, group-bys and reducers, no Python on the way of an event; nothing is saved.
Leaves the cells in FILE and prints seconds from the start of its run to the last cell.
"""

import pickle
import sys
import time
from typing import Any

import pathway as pw

ZONE_MINUTES = 480
MEASURES = ("paid", "refund", "pieces", "pieces_back", "orders", "sales", "refunds")
KEYS = {
    "category": "category",
    "brand": "brand",
    "gender": "gender",
    "province": "province",
    "warehouse": "warehouse_id",
    "guests": "guest",
}


class Line(pw.Schema):
    event_id: str
    kind: str
    line_no: int
    event_time: int
    user_id: str
    gender: str
    category: str
    brand: str
    warehouse_id: str
    province: str
    quantity: int
    amount_cents: int


def known(column: Any) -> Any:
    return pw.if_else(column == "", "unknown", column)


def counted(lines: Any) -> Any:
    """Return the first line of every event id, with what it adds to each measure."""
    names = [name for name in Line.column_names() if name != "event_id"]
    any_of = pw.reducers.any
    first = lines.groupby(lines.event_id).reduce(
        lines.event_id, **{name: any_of(lines[name]) for name in names}
    )
    sale = first.kind == "sale"
    local = first.event_time // 60_000 + ZONE_MINUTES
    return first.select(
        minute=first.event_time // 60_000,
        user=first.user_id,
        sale=sale,
        day=local // 1440,
        evening=local % 1440 >= 1200,
        province_of_user=known(first.province),
        paid=pw.if_else(sale, first.amount_cents, 0),
        refund=pw.if_else(sale, 0, first.amount_cents),
        pieces=pw.if_else(sale, first.quantity, 0),
        pieces_back=pw.if_else(~sale & (first.amount_cents > 0), first.quantity, 0),
        orders=pw.if_else(sale & (first.line_no == 1), 1, 0),
        sales=pw.if_else(sale, 1, 0),
        refunds=pw.if_else(sale, 0, 1),
        gender=known(first.gender),
        category=known(first.category),
        brand=known(first.brand),
        province=known(first.province),
        warehouse_id=known(first.warehouse_id),
        guest=pw.if_else(first.user_id == "", "guest", "user"),
    )


def tables(lines: Any) -> dict[str, Any]:
    """Return a table of (bucket, key, n, sums...) by cube."""
    first = counted(lines)
    total = pw.reducers.sum
    found = {}
    for cube, name in KEYS.items():
        found[cube] = first.groupby(first.minute, first[name]).reduce(
            bucket=first.minute,
            key=first[name],
            n=pw.reducers.count(),
            **{measure: total(first[measure]) for measure in MEASURES},
        )
    bought = first.filter(first.sale & (first.user != ""))
    segmented = bought.with_columns(bucket=bought.day * 2 + pw.if_else(bought.evening, 1, 0))
    found["users"] = segmented.groupby(segmented.bucket, segmented.user).reduce(
        bucket=segmented.bucket,
        key=segmented.user,
        n=pw.reducers.count(),
        paid=total(segmented.paid),
        orders=total(segmented.orders),
    )
    eve = bought.filter(bought.evening)
    sides = {
        "buyers_24H": [bought.select(bought.user, bucket=bought.day)],
        "buyers_4H": [eve.select(eve.user, bucket=eve.day + 1)],
        "buyers_28H": [
            bought.select(bought.user, bucket=bought.day),
            eve.select(eve.user, bucket=eve.day + 1),
        ],
    }
    for cube, parts in sides.items():
        all_of = parts[0] if len(parts) == 1 else parts[0].concat_reindex(*parts[1:])
        pairs = all_of.groupby(all_of.bucket, all_of.user).reduce(all_of.bucket, all_of.user)
        found[cube] = pairs.groupby(pairs.bucket).reduce(
            bucket=pairs.bucket, key=pw.cast(str, ""), n=pw.reducers.count()
        )
    return found


def main(bootstrap: str, topic: str, file: str) -> None:
    settings = {
        "bootstrap.servers": bootstrap,
        "group.id": "pathway",
        "auto.offset.reset": "earliest",
    }
    lines = pw.io.kafka.read(settings, topic, schema=Line, format="json", mode="static")
    kept: dict[tuple[str, int, str], list[int]] = {}

    def keep(cube: str) -> Any:
        def change(key: Any, row: dict[str, Any], time: int, is_addition: bool) -> None:
            if is_addition:
                place = (cube, row.pop("bucket"), row.pop("key"))
                kept[place] = list(row.values())

        return change

    for cube, table in tables(lines).items():
        pw.io.subscribe(table, on_change=keep(cube))
    began = time.perf_counter()
    pw.run(monitoring_level=pw.MonitoringLevel.NONE)
    took = time.perf_counter() - began
    with open(file, "wb") as target:
        pickle.dump(kept, target)
    sys.stdout.write(f"{took}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[4])
