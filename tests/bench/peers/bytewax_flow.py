"""The live job's cells with Bytewax: `bytewax_flow.py BOOTSTRAP TOPIC MESSAGES FILE`.

One worker, state in memory, nothing saved. Leaves the cells in FILE and prints seconds from the
first message to the last cell.
"""

import json
import pickle
import sys
import time
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, run_main
from touched import minute_places, numbers, user_places

Added = tuple[str, Any]
began: list[float] = []


def read(message: KafkaSourceMessage[Any, Any]) -> tuple[str, dict[str, Any]]:
    if not began:
        began.append(time.perf_counter())
    line = json.loads(message.value)
    line["partition"] = message.partition
    return line["event_id"], line


def tag(seen: bool | None, line: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
    return True, {**line, "repeated": seen is not None}


def cells(item: tuple[str, dict[str, Any]]) -> list[Added]:
    """Return what a line adds, by the text of its cell."""
    line = item[1]
    kind = "duplicate" if line["repeated"] else "counted"
    found: list[Added] = [(repr(("audit", line["partition"], kind)), [1])]
    if line["repeated"]:
        return found
    added = numbers(line)
    found += [(repr(place), added) for place in minute_places(line)]
    for place in user_places(line):
        total = [1, added[1], added[5]] if place[0] == "users" else line["user_id"]
        found.append((repr(place), total))
    return found


def add(held: dict[str, Any], added: Any) -> dict[str, Any]:
    if isinstance(added, str):
        held.setdefault("users", set()).add(added)
    elif "sums" in held:
        held["sums"] = [a + b for a, b in zip(held["sums"], added, strict=True)]
    else:
        held["sums"] = added
    return held


def main(bootstrap: str, topic: str, file: str) -> None:
    found: list[tuple[str, dict[str, Any]]] = []
    flow = Dataflow("peer")
    source = KafkaSource([bootstrap], [topic], tail=False, batch_size=10_000)
    lines = op.map("read", op.input("kafka", flow, source), read)
    touched = op.flat_map("touch", op.stateful_map("tag", lines, tag), cells)
    op.output("keep", op.fold_final("sum", touched, dict, add), TestingSink(found))
    run_main(flow)
    took = time.perf_counter() - began[0]
    import ast

    kept = {
        ast.literal_eval(place): held.get("sums") or [len(held["users"])] for place, held in found
    }
    with open(file, "wb") as target:
        pickle.dump(kept, target)
    sys.stdout.write(f"{took}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[4])
