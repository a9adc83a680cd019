"""A text that people read, in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    zh: str
    en: str

    def of(self, language: str) -> str:
        return self.zh if language == "zh" else self.en
