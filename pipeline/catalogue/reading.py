"""Written tables read into their definitions, kind by kind; what does not fit is a fault."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from pipeline.catalogue.faults import FaultList
from pipeline.catalogue.sources import Sources
from pipeline.catalogue.written import Words, Written

W = TypeVar("W", bound=Written)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WINDOW_NAME = re.compile(r"[A-Za-z0-9]{1,12}")


@dataclass
class Reader:
    """Reads the tables of one kind. `declared` has the refused ones too, said only once."""

    sources: Sources
    faults: FaultList

    def read(self, kind: str, model: type[W]) -> dict[str, W]:
        """Return the definitions by name, without those that are refused."""
        found: dict[str, W] = {}
        pattern = _WINDOW_NAME if kind == "window" else _NAME
        known = {f.alias or name: f for name, f in model.model_fields.items()}
        for name, entry in self.sources.tables[kind].items():
            if pattern.fullmatch(name) is None:
                step = "use letters and digits" if kind == "window" else "use a-z, 0-9 and _"
                self.faults.add(entry.place, f"'{name}' is not a name", step)
            try:
                found[name] = model.model_validate(entry.table)
            except ValidationError as fault:
                self.faults.add_invalid(entry.place, fault, known)
                rest = {k: v for k, v in entry.table.items() if k in known}
                with suppress(ValidationError):  # an unknown key hides no other fault
                    found[name] = model.model_validate(rest)
        return found

    def declared(self, kind: str) -> set[str]:
        return set(self.sources.tables[kind])

    def place(self, kind: str, name: str) -> str:
        return self.sources.tables[kind][name].place

    def refuse_same_labels(self, kind: str, labels: dict[str, Words]) -> None:
        """Two entries of a kind that people read alike are a fault."""
        seen: dict[tuple[str, str], str] = {}
        for name, words in labels.items():
            for language, text in (("zh", words.zh), ("en", words.en)):
                other = seen.setdefault((language, text), name)
                if other != name:
                    self.faults.add(
                        self.place(kind, name),
                        f"label '{text}' is also that of '{other}'",
                        "give each its own label",
                    )
