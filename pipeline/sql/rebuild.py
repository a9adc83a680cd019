"""ClickHouse queries that make live cells of the archived events again, from the catalogue.

They must count what `pipeline.sql.touched` counts: the same lines in a cell, the same sums of them,
the same label. All are bounded and take parameters: link, topic, start and end (epoch minutes).
"""

from pipeline.catalogue.model import BucketKind, Catalogue, Cube
from pipeline.sql.history_lines import MINUTES, additive, column, key_of, known, only_kind, summed


def cells_query(catalogue: Catalogue, cube: Cube) -> str:
    """Return a query of (bucket, key, label, n, measures of the cube), in this order.

    Of a minute cube the bucket is the minute. Of any other it is 0, since the bounds asked for are
    those of the bucket, and the key is the user's id (also of distinct buyers, whose keys are
    shared out by whoever asks: there is no measure then).
    """
    by_minute = cube.bucket is BucketKind.MINUTE
    # Both sides compare the bytes of UTF-8.
    label = f"max({known(cube.label_field)})" if cube.label_field else "''"
    columns = [
        "toInt64(minute) AS bucket" if by_minute else "toInt64(0) AS bucket",
        f"{key_of(catalogue, cube.dimension) if by_minute else 'user_id'} AS cell_key",
        f"{label} AS label",
        "toInt64(count()) AS n",
        *(f"{summed(m)} AS {column(m.name)}" for m in additive(catalogue, cube.measures)),
    ]
    buyers = "" if by_minute else f" AND user_id != ''{only_kind(catalogue, cube)}"
    selected = ",\n  ".join(columns)
    return (
        f"SELECT\n  {selected}\nFROM events FINAL\n"
        f"WHERE {MINUTES} AND topic = {{topic:String}}{buyers}\n"
        "GROUP BY bucket, cell_key\nORDER BY bucket, cell_key"
    )
