"""Settings from the environment (`DAPING_*`) and, below them, from `DAPING_HOME/run.json`."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.errors import ConfigurationError


class Settings(BaseSettings):
    """What an operator sets. An endpoint left out means the embedded part that `run.json` names."""

    model_config = SettingsConfigDict(env_prefix="DAPING_", extra="ignore")

    home: Path = Field(default_factory=lambda: Path.home() / ".daping")
    config: Path | None = None
    profile: Literal["auto", "laptop", "wall"] = "auto"
    log: Literal["text", "json"] = "text"
    host: str = "127.0.0.1"
    port: int = 8050
    link: str = "A"
    topic: str | None = None
    kafka: str | None = None
    redis_url: SecretStr | None = None
    clickhouse_url: SecretStr | None = None
    flink_rest: str | None = None
    database: str | None = None
    # Days after which archived orders are deleted, counted from their own time; 0 keeps all.
    events_ttl_days: int | None = Field(default=None, ge=0)

    def __init__(self, **given: Any) -> None:
        """Read the environment; raises ConfigurationError naming every variable that is wrong."""
        try:
            super().__init__(**given)
        except ValidationError as fault:
            said = [
                f"DAPING_{str(one['loc'][0]).upper()}: {one['msg']}"
                for one in fault.errors(include_input=False)
            ]
            raise ConfigurationError("; ".join(said)) from None

    @cached_property
    def run(self) -> dict[str, object]:
        """The run our supervisor started, or nothing: `kafka`, `redis_url`, `topic`, ..."""
        path = self.home / "run.json"
        if not path.exists():
            return {}
        try:
            return dict(json.loads(path.read_text()))
        except ValueError as fault:
            raise ConfigurationError(
                f"{path} is not readable JSON ({fault}); stop Daping and delete the file"
            ) from fault

    def endpoint(self, name: Literal["kafka", "redis_url", "clickhouse_url", "flink_rest"]) -> str:
        """Return where a service listens; raises ConfigurationError naming both ways to give it."""
        given = getattr(self, name)
        if given is None:
            given = self.run.get(name)
        if given is None:
            raise ConfigurationError(
                f"no {name}: start the embedded parts (python -m pipeline services up) "
                f"or set DAPING_{name.upper()}"
            )
        return given.get_secret_value() if isinstance(given, SecretStr) else str(given)

    @property
    def shop_folder(self) -> Path | None:
        """The shop's own folder: the one set, else that of the run our supervisor started."""
        told = self.run.get("config")
        return self.config or (Path(str(told)) if told else None)

    @property
    def orders_topic(self) -> str:
        return self.topic or str(self.run.get("topic") or "orders")

    @property
    def history_database(self) -> str:
        """The database of ClickHouse: one for each feed, so that no two histories mix."""
        return self.database or str(self.run.get("database") or "daping")

    @property
    def rejected_topic(self) -> str:
        return f"{self.orders_topic}.rejected"
