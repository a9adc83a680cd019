"""How often something happens that a real feed does too: each a share between 0 and 1."""

from dataclasses import asdict, dataclass

from pipeline.errors import ConfigurationError


@dataclass(frozen=True)
class Rates:
    """Shares of order lines, of orders (`late`, `too_late`, `future`, `guests`) or of messages."""

    refunds: float = 0.022
    duplicates: float = 0.01
    conflicts: float = 0.0005
    late: float = 0.01
    too_late: float = 0.0005
    future: float = 0.0005
    poison: float = 0.005
    guests: float = 0.08
    unnamed: float = 0.002  # lines without a category, and as many without a brand

    def __post_init__(self) -> None:
        for name, rate in asdict(self).items():
            if not 0 <= rate <= 1:
                raise ConfigurationError(f"--{name.replace('_', '-')} {rate}: give a share, 0 to 1")
