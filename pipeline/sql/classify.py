"""The class of every row, in SQL: the rules of `pipeline.events.validation`, first match wins.

`unparseable` never becomes a row (Flink's JSON format drops it); the auditor accounts for it.
"""

from pipeline.events.model import (
    FARTHEST_AHEAD_MS,
    FIELDS,
    INTEGER_FIELDS,
    LATEST_MS,
    LONGEST_TEXT,
    REQUIRED_FIELDS,
)
from pipeline.sql.source import literal

COUNTED, DUPLICATE, CONFLICT = "counted", "duplicate", "conflict"

# How far event time has come with a row; one without a usable event_time has no progress.
PROGRESS = (
    "CASE WHEN class IN ('version', 'bad_field') THEN 0 "
    "WHEN event_ms < arrived_ms THEN event_ms ELSE arrived_ms END"
)

_INTEGER = "[0-9]{1,15}"
_SEPARATOR = r"\x1F"  # joins the 16 texts: no valid text holds it
_PLAIN = r"[^\x00-\x1F\x7F]"
_TEXT = r"[^\x00-\x1F\x7F\[{]" + _PLAIN + f"{{0,{LONGEST_TEXT - 1}}}+"


def _pattern(field: str) -> str:
    if field in INTEGER_FIELDS:
        return _INTEGER
    return _TEXT if field in REQUIRED_FIELDS else f"(?:{_TEXT})?"


def texts_view() -> str:
    """Return the view `texts`: no NULLs, the instant of arrival in epoch ms UTC."""
    columns = ",\n".join(f"  COALESCE(`{name}`, '') AS `{name}`" for name in FIELDS)
    return (
        f"CREATE TEMPORARY VIEW texts AS SELECT\n{columns},\n"
        "  kafka_partition,\n  kafka_offset,\n"
        "  EXTRACT(EPOCH FROM arrived) * 1000 + EXTRACT(MILLISECOND FROM arrived) AS arrived_ms,\n"
        "  read_at\nFROM orders"
    )


def joined_view() -> str:
    """Return the view `joined`: all 16 texts as one, for one look at all text rules."""
    texts = ", ".join(f"`{name}`" for name in FIELDS)
    return (
        "CREATE TEMPORARY VIEW joined AS SELECT *,\n"
        f"  CONCAT_WS(U&'\\001F', {texts}) AS joined_texts,\n"
        "  TRY_CAST(event_time AS BIGINT) AS event_ms\nFROM texts"
    )


def judged_view(currency: str) -> str:
    """Return the view `judged`: `reason` ('' for a valid event) and the payload's `fingerprint`."""
    well_formed = r"\A" + _SEPARATOR.join(_pattern(name) for name in FIELDS) + r"\z"
    return (
        "CREATE TEMPORARY VIEW judged AS SELECT\n"
        "  event_id, kind, order_id, user_id, gender, category, brand, sku, warehouse_id,"
        " province,\n"
        "  TRY_CAST(line_no AS BIGINT) AS line_no,\n"
        "  TRY_CAST(quantity AS BIGINT) AS quantity,\n"
        "  TRY_CAST(amount_cents AS BIGINT) AS amount_cents,\n"
        "  event_ms, arrived_ms, kafka_partition, kafka_offset, read_at,\n"
        "  MD5(joined_texts) AS fingerprint,\n"
        "  CASE\n"
        f"    WHEN v <> '1' AND REGEXP(v, {literal(chr(92) + 'A' + _INTEGER + chr(92) + 'z')})"
        " AND TRY_CAST(v AS BIGINT) <> 1 THEN 'version'\n"
        f"    WHEN NOT REGEXP(joined_texts, {literal(well_formed)}) THEN 'bad_field'\n"
        "    WHEN kind NOT IN ('sale', 'refund') OR gender NOT IN ('', 'F', 'M', 'U')\n"
        "      OR TRY_CAST(quantity AS BIGINT) = 0 OR TRY_CAST(line_no AS BIGINT) = 0"
        " THEN 'bad_value'\n"
        f"    WHEN currency <> {literal(currency)} THEN 'currency'\n"
        f"    WHEN arrived_ms - event_ms > {LATEST_MS} THEN 'too_late'\n"
        f"    WHEN event_ms - arrived_ms > {FARTHEST_AHEAD_MS} THEN 'future'\n"
        "    ELSE ''\n"
        "  END AS reason\nFROM joined"
    )


def tagged_view() -> str:
    """Return the view `tagged`: `class` of every row, from the ONE OVER aggregation of the job.

    Keyed by (event_id, reason): valid events meet only valid ones of their id (reason is ''), and
    for a rejected row the count is not looked at.
    """
    return (
        "CREATE TEMPORARY VIEW tagged AS SELECT *,\n"
        "  CASE\n"
        "    WHEN reason <> '' THEN reason\n"
        f"    WHEN sight = 1 THEN '{COUNTED}'\n"
        f"    WHEN first_fingerprint = fingerprint THEN '{DUPLICATE}'\n"
        f"    ELSE '{CONFLICT}'\n"
        "  END AS `class`\n"
        "FROM (\n"
        "  SELECT *,\n"
        "    COUNT(*) OVER sights AS sight,\n"
        "    FIRST_VALUE(fingerprint) OVER sights AS first_fingerprint\n"
        "  FROM judged\n"
        "  WINDOW sights AS (\n"
        "    PARTITION BY event_id, reason ORDER BY read_at\n"
        "    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW\n"
        "  )\n"
        ")"
    )
