"""The outcome for people and for programs."""

from collections.abc import Sequence

from rich.table import Table

from pipeline.verify.comparison import Report, Row

SOURCES = ("ledger", "kafka", "redis", "clickhouse", "frame")


def table_of(report: Report) -> Table:
    """Return a row per item; many rows of the same kind that agree are one."""
    table = Table(title="verify", title_justify="left")
    for column in ("window", "item", *SOURCES, ""):
        table.add_column(column, overflow="fold", justify="right" if column in SOURCES else "left")
    for row in _condensed(report.rows):
        mark = "[green]equal[/]" if row.equal else f"[red]{row.differences} differ[/]"
        values = [_shown(row.values.get(source)) for source in SOURCES]
        table.add_row(row.window, row.item, *values, mark)
    return table


def _condensed(rows: Sequence[Row]) -> list[Row]:
    """Fold equal rows of one cube or metric of the frame into a count."""
    shown: list[Row] = []
    folded: dict[tuple[str, str], int] = {}
    for row in rows:
        words = row.item.split()
        if row.equal and words[0] in ("cube", "metric") and len(words) > 2:
            group = (row.window, " ".join(words[:2]))
            folded[group] = folded.get(group, 0) + 1
        else:
            shown.append(row)
    for (window, item), number in folded.items():
        shown.append(Row(window, f"{item}: values", {"frame": number}, 0))
    return sorted(shown, key=lambda row: (row.window, row.item.split()[0] in ("cube", "metric")))


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, list) and all(isinstance(one, int) for one in value):
        return f"{len(value)} minutes, {sum(value):,}"
    if isinstance(value, list):
        return f"{len(value)} rows, {sum(row[1] for row in value):,}"
    if isinstance(value, dict) and all(isinstance(one, int) for one in value.values()):
        return f"{sum(value.values()):,}"
    if isinstance(value, dict):
        return f"{len(value)} keys"
    return str(value)


def document_of(report: Report) -> dict[str, object]:
    """Return everything compared, for --json."""
    rows = [
        {"window": r.window, "item": r.item, "values": r.values, "differences": r.differences}
        for r in report.rows
    ]
    return {
        "equal": report.differences == 0,
        "differences": report.differences,
        "named": report.named,
        "rows": rows,
    }
