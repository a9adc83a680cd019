"""Where every message went, by the frame, the auditor and figures counted elsewhere. Pure."""

from collections.abc import Mapping
from typing import Any

from pipeline.verify.comparison import Report
from pipeline.verify.sources import Figures

BY_SIGHT = ("counted", "duplicate", "conflict")  # which of one id is which, the order decides
WITH_CLASSES = ("ledger", "kafka")  # the others know only what was counted, or other places


def compare_accounting(
    report: Report, frame: Mapping[str, Any], sources: Mapping[str, Figures]
) -> None:
    """Compare the classes: in all with every source, per partition with the Kafka re-read."""
    accounting = frame["accounting"]
    voices = {name: found.classes for name, found in sources.items() if name in WITH_CLASSES}
    voices["frame"] = classes_of(accounting)
    if accounting["auditor"] is not None:
        voices["auditor"] = classes_of(accounting["auditor"])
    for name in sorted(set().union(*voices.values())):
        report.add("", f"class {name}", {who: found.get(name, 0) for who, found in voices.items()})
    if "clickhouse" in sources:
        counted = {"kafka": sources["kafka"].classes.get("counted", 0)}
        archived = sources["clickhouse"].classes.get("counted", 0)
        report.add("", "archived events", {**counted, "clickhouse": archived})
    report.add("", "pending", {"expected": 0, "frame": accounting["pending"]})
    live = {part["partition"]: classes_of(part) for part in accounting["partitions"]}
    for partition, classes in sorted(sources["kafka"].partitions.items()):
        expected, said = by_itself(classes), by_itself(live.get(partition, {}))
        report.add("", f"partition {partition}", {"kafka": expected, "frame": said})


def by_itself(classes: Mapping[str, int]) -> dict[str, int]:
    """Return the classes messages have whatever came before them in another partition."""
    found = {name: n for name, n in classes.items() if n and name not in BY_SIGHT}
    valid = sum(classes.get(name, 0) for name in BY_SIGHT)
    return {**found, "valid": valid} if valid else found


def classes_of(part: Mapping[str, Any]) -> dict[str, int]:
    return {"counted": part["counted"], "duplicate": part["duplicate"], **part["rejected"]}
