"""What the latest frame says of the pipeline, as metrics of Prometheus; made when asked for.

What is not known is left out: a gauge of 0 would say that all is well.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Frame = Mapping[str, Any]


class FrameCollector(Collector):
    """`frame()` gives the latest frame or None, `now_ms()` the real clock."""

    def __init__(self, frame: Callable[[], Frame | None], now_ms: Callable[[], int]) -> None:
        self._frame = frame
        self._now_ms = now_ms

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: no frame is needed to register."""
        return []

    def collect(self) -> Iterator[Metric]:
        frame = self._frame()
        if frame is None:
            return
        now = self._now_ms()
        stages = {stage["id"]: stage for stage in frame.get("stages", ())}
        yield from _times(frame, stages, now)
        yield from _stages(stages)
        yield from _messages(frame.get("accounting"))
        yield from _adapter((frame.get("accounting") or {}).get("adapter"))
        yield from _gauge("daping_generation", "Generation on the wall", frame.get("generation"))


def _gauge(name: str, says: str, value: float | None) -> Iterator[Metric]:
    if value is not None:
        yield GaugeMetricFamily(name, says, value)


def _times(frame: Frame, stages: Mapping[str, Frame], now: int) -> Iterator[Metric]:
    as_of, source = frame.get("as_of"), frame.get("source")
    if as_of is not None:
        yield from _gauge(
            "daping_progress_timestamp_seconds", "Event time reached by the numbers", as_of / 1000
        )
        clock = source or {"anchor_ms": now, "anchor_real_ms": now, "speed": 1}
        then = clock["anchor_ms"] + (now - clock["anchor_real_ms"]) * clock["speed"]
        yield from _gauge(
            "daping_data_age_seconds",
            "Age of the numbers on the source's clock",
            max(0.0, then - as_of) / 1000,
        )
    for stage, name, says in (
        ("flink", "daping_checkpoint_age_seconds", "Since the live job's last checkpoint"),
        ("redis", "daping_snapshot_age_seconds", "Since Redis was last read"),
        ("source", "daping_source_heartbeat_age_seconds", "Since the source was heard of"),
        ("kafka", "daping_auditor_age_seconds", "Since the auditor told where the topic ends"),
    ):
        heard = stages.get(stage, {}).get("heard_at")
        yield from _gauge(name, says, None if heard is None else max(0, now - heard) / 1000)


def _stages(stages: Mapping[str, Frame]) -> Iterator[Metric]:
    live = GaugeMetricFamily("daping_stage_live", "1: the stage is live", labels=["stage"])
    for name, stage in stages.items():
        live.add_metric([name], float(stage["state"] == "live"))
    yield live
    if "redis" in stages:
        answers = stages["redis"]["state"] != "error"
        yield from _gauge("daping_redis_up", "1: the last read succeeded", float(answers))
    restarts = stages.get("flink", {}).get("restarts")
    yield from _gauge("daping_job_restarts", "Restarts of the live job by Flink", restarts)


def _messages(said: Frame | None) -> Iterator[Metric]:
    """Counters of the generation shown: a new one begins at its first offset again."""
    if said is None:
        return
    if said["auditor"] is not None:
        yield from _gauge(
            "daping_lag_messages", "Messages the job has not reached", said["pending"]
        )
    for name, says in (
        ("counted", "Messages that count"),
        ("duplicate", "Messages seen before"),
    ):
        yield CounterMetricFamily(f"daping_messages_{name}", says, said[name])
    refused = CounterMetricFamily("daping_messages_rejected", "Messages refused", labels=["reason"])
    for reason, number in said["rejected"].items():
        refused.add_metric([reason], number)
    yield refused
    if said["agree"] is not None:
        agrees = float(said["agree"])
        yield from _gauge("daping_auditor_agrees", "1: job and auditor count alike", agrees)


def _adapter(said: Frame | None) -> Iterator[Metric]:
    if said is None:
        return
    lines = CounterMetricFamily(
        "daping_adapter_lines", "Lines of the foreign feed, by what became of them", labels=["what"]
    )
    for what in ("events", "refused", "skipped"):
        lines.add_metric([what], said[what])
    yield lines
    refused = CounterMetricFamily(
        "daping_adapter_refused", "Lines the mapping refused", labels=["about"]
    )
    for about, number in said["reasons"].items():
        refused.add_metric([about], number)
    yield refused
