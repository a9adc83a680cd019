"""The order event: its model, its JSON, and the rules by which a message is accepted."""

from pipeline.events.model import Event
from pipeline.events.validation import REASONS, Accepted, Reader, Rejected, fingerprint

__all__ = ["REASONS", "Accepted", "Event", "Reader", "Rejected", "fingerprint"]
