"""The screen's own measurements for Prometheus; a registry per app, so that tests do not meet."""

from collections.abc import Callable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.registry import Collector

SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class Metrics:
    """What the poller and the routes count; what the frame says is collected beside it."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        reg = self.registry
        ProcessCollector(registry=reg)
        self.ticks = Counter("daping_ticks", "Frames built", registry=reg)
        self.faults = Counter(
            "daping_faults", "Faults survived, by where they happened", ["where"], registry=reg
        )
        self.requests = Counter(
            "daping_requests", "Answers, by path and status", ["path", "status"], registry=reg
        )
        self.poll_seconds = Histogram(
            "daping_poll_seconds", "Reading the changes", buckets=SECONDS, registry=reg
        )
        self.frame_seconds = Histogram(
            "daping_frame_seconds", "Building a frame", buckets=SECONDS, registry=reg
        )
        self.draw_seconds = Histogram(
            "daping_draw_seconds", "Drawing a view", buckets=SECONDS, registry=reg
        )
        self.views_watched = Gauge("daping_views_watched", "Views drawn each tick", registry=reg)
        self.viewers = Gauge("daping_viewers", "Pages that look at the wall", registry=reg)
        self.tick_seconds = Gauge(
            "daping_tick_seconds", "The last tick: reading, frame and views", registry=reg
        )
        self.heartbeat = Gauge(
            "daping_poller_heartbeat_timestamp_seconds", "Last turn of the poller", registry=reg
        )

        self.alerts = Gauge("daping_alerts", "Alerts not cleared", ["severity"], registry=reg)
        self.history_reads = Counter(
            "daping_history_reads",
            "Questions to history, by what and how they ended",
            ["what", "outcome"],
            registry=reg,
        )
        self.history_seconds = Histogram(
            "daping_history_seconds",
            "Waiting for history, never the poller's",
            ["what"],
            buckets=(*SECONDS, 5.0, 10.0),
            registry=reg,
        )

    def watch(self, collector: Collector, viewers: Callable[[], int]) -> None:
        """Add what is asked for only when somebody reads the metrics."""
        self.registry.register(collector)
        self.viewers.set_function(viewers)

    def render(self) -> bytes:
        """Return the text format."""
        return generate_latest(self.registry)
