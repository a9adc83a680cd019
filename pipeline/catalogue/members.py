"""The known keys of a dimension, from `dimensions/<name>.csv` with columns key, zh, en, parent."""

import csv
from collections.abc import Mapping
from pathlib import Path

from pipeline.catalogue.faults import FaultList
from pipeline.catalogue.label import Label
from pipeline.catalogue.model import UNKNOWN, Member

COLUMNS = ("key", "zh", "en")
UNKNOWN_LABEL = Label(zh="未知", en="Unknown")


def read_members(path: Path, rolls_up: bool, faults: FaultList) -> dict[str, Member]:
    """Return members by key, `unknown` always among them; a bad line is a fault and left out."""
    place = f"dimensions/{path.name}"
    wanted = (*COLUMNS, "parent") if rolls_up else COLUMNS
    members: dict[str, Member] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        columns = rows.fieldnames or []
        missing = [column for column in wanted if column not in columns]
        for column in missing:
            faults.add(place, f"column '{column}' is missing", f"columns are: {', '.join(wanted)}")
        if missing:
            return members
        labels: dict[tuple[str, str], str] = {}
        for row in rows:
            line = f"{place} [line {rows.line_num}]"
            member = _member(line, row, rolls_up, faults)
            if member is None:
                continue
            if member.key in members:
                faults.add(line, f"key '{member.key}' comes twice", "keep one of the lines")
                continue
            _refuse_same_label(line, member, labels, faults)
            members[member.key] = member
    members.setdefault(UNKNOWN, Member(UNKNOWN, UNKNOWN_LABEL))
    return members


def check_parents(
    name: str, members: Mapping[str, Member], parents: Mapping[str, Member], faults: FaultList
) -> None:
    """Every member but `unknown` has a parent that exists."""
    for member in members.values():
        place = f"dimensions/{name}.csv [{member.key}]"
        if member.parent is None:
            if member.key != UNKNOWN:
                faults.add(place, "has no parent", "name the key it rolls up to")
        elif member.parent not in parents:
            faults.add(
                place, f"unknown parent '{member.parent}'", "name a key of the parent's file"
            )


def _member(
    line: str, row: Mapping[str, str | None], rolls_up: bool, faults: FaultList
) -> Member | None:
    texts = {column: (row.get(column) or "").strip() for column in (*COLUMNS, "parent")}
    empty = [column for column in COLUMNS if not texts[column]]
    for column in empty:
        faults.add(line, f"'{column}' is empty", "every key is named in both languages")
    if empty:
        return None
    parent = texts["parent"] or None if rolls_up else None
    return Member(texts["key"], Label(zh=texts["zh"], en=texts["en"]), parent)


def _refuse_same_label(
    line: str, member: Member, labels: dict[tuple[str, str], str], faults: FaultList
) -> None:
    for language in ("zh", "en"):
        text = member.label.of(language)
        other = labels.setdefault((language, text), member.key)
        if other != member.key:
            faults.add(
                line, f"label '{text}' is also that of '{other}'", "give each key its own label"
            )
